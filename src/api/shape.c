#include "api/shape.h"

#include "attest/anchors.h"
#include "attest/firmware.h"
#include "base/text.h"
#include "policy/deployment.h"
#include "policy/tpmclass.h"
#include "policy/vouch.h"
#include "report/leniencies.h"
#include "report/status.h"

/* One member of an object: how it is made of what stands at `offset` of the record. */
struct member {
	const char *name;
	json_t *(*value)(const void *at);
	size_t offset;
};

/* --- values --------------------------------------------------------------------------------------------- */

static json_t *text(const void *at)
{
	const struct bytes *b = at;
	return b->p ? json_stringn((const char *)b->p, b->n) : json_null();
}

static json_t *text_or_null(const void *at)
{
	return ((const struct bytes *)at)->n ? text(at) : json_null();
}

static json_t *firmware(const void *at)
{
	char out[FIRMWARE_TEXT_SIZE];
	uint64_t version = *(const uint64_t *)at;
	return version ? json_string(firmware_text(version, out)) : json_null();
}

static json_t *uuid(const void *at)
{
	const struct bytes *id = at;
	char out[TEXT_UUID_SIZE];
	return id->n == 16 ? json_string(text_uuid(id->p, out)) : json_null();
}

static json_t *hex(const void *at)
{
	const struct bytes *b = at;
	char out[TEXT_HEX_SIZE(64)];
	return b->p && b->n <= 64 ? json_string(text_hex(*b, out)) : json_null();
}

static json_t *moment(const void *at)
{
	char out[TEXT_TIME_SIZE];
	int64_t seconds = *(const int64_t *)at;
	return seconds ? json_string(text_time(seconds, out)) : json_null();
}

static json_t *number(const void *at)
{
	return json_integer((json_int_t)*(const uint64_t *)at);
}

static json_t *truth(const void *at)
{
	return json_boolean(*(const uint64_t *)at != 0);
}

static json_t *nothing(const void *at)
{
	(void)at;
	return json_null();
}

/* The issuance policies that were earned: how far a certificate of this device may be trusted. */
static json_t *assurance(const void *at)
{
	static const struct {
		enum trip_assurance bit;
		const char *oid;
	} policies[] = {
		{ TRIP_ASSURED_KEY, "1.3.6.1.4.1.311.21.30" },
		{ TRIP_ASSURED_CERTIFICATE, "1.3.6.1.4.1.311.21.31" },
		{ TRIP_ASSURED_USER, "1.3.6.1.4.1.311.21.32" },
	};
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT_OF(policies); i++)
		if (*(const uint64_t *)at & policies[i].bit)
			json_array_append_new(list, json_string(policies[i].oid));
	return list;
}

static json_t *no_assurance(const void *at)
{
	(void)at;
	return json_array();
}

/* A number of an enum, as the word that the enum's own module has for it. */
#define WORD(name, type, function)                                                \
	static json_t *name(const void *at)                                       \
	{                                                                         \
		return json_string(function((type)(*(const uint64_t *)at)));      \
	}

WORD(tpm_class, enum anchors_class, anchors_class_word)
WORD(anchor_role, enum anchors_role, anchors_role_word)
WORD(issuer_state, enum store_issuer_state, missing_word)
WORD(mode, enum vouch_mode, vouch_mode_word)
WORD(class_mode, enum tpmclass_mode, tpmclass_word)
WORD(usage, enum deployment_usage, deployment_usage_word)
WORD(userless, enum deployment_userless, deployment_userless_word)
WORD(failure, enum trip_failure, deployment_failure_word)

/* Microsoft Graph's words for the same: outOfBoxExperienceSettings.deviceUsageType and enableWhiteGlove. */
static json_t *usage_type(const void *at)
{
	return json_string(*(const uint64_t *)at == DEPLOYMENT_SELF ? "shared" : "singleUser");
}

static json_t *white_glove(const void *at)
{
	return json_boolean(*(const uint64_t *)at == DEPLOYMENT_PREPARED);
}

static json_t *management(const void *at)
{
	return json_string(*(const uint64_t *)at == STORE_DEVICE_ACTIVE ? "managed" : "retired");
}

static json_t *attestation(const void *at)
{
	return json_string(*(const uint64_t *)at ? "attested" : "unattested");
}

static json_t *settlement(const void *at)
{
	static const char *const states[] = {
		[STORE_CONFLICT_OPEN] = "open",
		[STORE_CONFLICT_APPROVED] = "approved",
		[STORE_CONFLICT_REPLACED] = "replaced",
		[STORE_CONFLICT_RETIRED] = "retired",
	};
	uint64_t state = *(const uint64_t *)at;
	return json_string(states[state > 0 && state < COUNT_OF(states) ? state : STORE_CONFLICT_OPEN]);
}

static json_t *enrollment(const void *at)
{
	static const char *const states[] = {
		[STORE_REGISTRATION_UNKNOWN] = "unknown",
		[STORE_REGISTRATION_ENROLLED] = "enrolled",
		[STORE_REGISTRATION_PENDING_RESET] = "pendingReset",
		[STORE_REGISTRATION_FAILED] = "failed",
		[STORE_REGISTRATION_NOT_CONTACTED] = "notContacted",
	};
	uint64_t state = *(const uint64_t *)at;
	return json_string(states[state < COUNT_OF(states) ? state : STORE_REGISTRATION_UNKNOWN]);
}

/* A fault by its code: what the table says of it. */
static fault fault_at(const void *at)
{
	const struct bytes *code = at;
	return code->p ? fault_find(*code) : NULL;
}

static json_t *hresult(const void *at)
{
	fault why = fault_at(at);
	return why && why->hresult ? json_sprintf("0x%08X", why->hresult) : json_null();
}

static json_t *what(const void *at)
{
	fault why = fault_at(at);
	return why ? json_string(why->what) : json_null();
}

static json_t *remedy(const void *at)
{
	fault why = fault_at(at);
	return why ? json_string(why->remedy) : json_null();
}

/* The same word for every record. */
#define CONSTANT(name, word)                    \
	static json_t *name(const void *at)     \
	{                                       \
		(void)at;                       \
		return json_string(word);       \
	}

CONSTANT(company, "company")
CONSTANT(unknown, "unknown")
CONSTANT(enrolled, "enrolled")
CONSTANT(refused, "refused")
CONSTANT(none, "none")

static json_t *leniencies(const void *at)
{
	return leniencies_list(*(const uint64_t *)at);
}

/* --- objects -------------------------------------------------------------------------------------------- */

static json_t *object(const struct member *members, size_t count, const void *record)
{
	json_t *o = json_object();
	for (size_t i = 0; o && i < count; i++) {
		json_t *value = members[i].value((const uint8_t *)record + members[i].offset);
		json_object_set_new(o, members[i].name, value);
	}
	return o;
}

#define OBJECT(members, record) object(members, COUNT_OF(members), record)
#define M(name, value, of, field) { name, value, offsetof(struct of, field) }

json_t *shape_device(const struct store_device *d)
{
	static const struct member members[] = {
		M("id", uuid, store_device, id),
		M("deviceName", text, store_device, name),
		M("serialNumber", text, store_device, serial),
		M("manufacturer", text, store_device, manufacturer),
		M("model", text, store_device, model),
		M("operatingSystem", text, store_device, os),
		M("osVersion", text, store_device, os_version),
		M("enrolledDateTime", moment, store_device, enrolled),
		M("lastSyncDateTime", moment, store_device, last_seen),
		M("managementState", management, store_device, state),
		M("attestationState", attestation, store_device, attested),
		M("isTpmAttested", truth, store_device, attested),
		M("assurance", assurance, store_device, assurance),
		M("ekHash", hex, store_device, ek_hash),
		M("tpmManufacturer", text, store_device, tpm_maker),
		M("tpmClass", tpm_class, store_device, tpm_class),
		M("tpmVersion", text, store_device, tpm_version),
		M("tpmFirmware", firmware, store_device, firmware),
		M("warnings", text, store_device, warnings),
		M("noTpmReason", text, store_device, no_tpm),
		M("fault", text, store_device, fault),
		M("leniencies", leniencies, store_device, leniencies),
		M("autopilotDeviceIdentityId", uuid, store_device, registration),
	};
	return OBJECT(members, d);
}

json_t *shape_registration(const struct store_registration *r)
{
	static const struct member members[] = {
		M("id", uuid, store_registration, id),
		M("serialNumber", text, store_registration, serial),
		M("ekHash", hex, store_registration, ek_hash),
		M("groupTag", text, store_registration, group_tag),
		M("displayName", text, store_registration, name),
		M("userPrincipalName", text, store_registration, assigned_user),
		M("productKey", text, store_registration, product_key),
		M("hardware", text, store_registration, hardware),
		M("hardwareDigest", hex, store_registration, hardware_digest),
		M("managedDeviceId", uuid, store_registration, device_id),
		M("deploymentProfileId", uuid, store_registration, profile),
		M("lastContactedDateTime", moment, store_registration, last_contact),
		M("enrollmentState", enrollment, store_registration, state),
		M("userlessEnrollmentStatus", userless, store_registration, userless),
	};
	return OBJECT(members, r);
}

/* Autopilot's number and name of why a row was refused; for others the status and our code. */
static const struct {
	enum fault_code code;
	int number;
	const char *name;
} conflicts[] = {
	{ FAULT_CODE_EK_REGISTERED, 806, "ZtdDeviceAlreadyAssigned" },
	{ FAULT_CODE_SERIAL_REGISTERED, 806, "ZtdDeviceAlreadyAssigned" },
};

/* importedWindowsAutopilotDeviceIdentityState */
static json_t *import_state(const struct store_imported *r)
{
	fault why = fault_at(&r->fault);
	int number = why ? why->http : 0;
	const char *name = why ? why->name : "";
	for (size_t i = 0; i < COUNT_OF(conflicts); i++)
		if (why == &fault_rows[conflicts[i].code]) {
			number = conflicts[i].number;
			name = conflicts[i].name;
		}
	return json_pack("{ss so si ss}", "deviceImportStatus", why ? "error" : "complete",
			 "deviceRegistrationId", uuid(&r->registration), "deviceErrorCode", number,
			 "deviceErrorName", name);
}

json_t *shape_imported(const struct store_imported *r)
{
	static const struct member members[] = {
		M("id", uuid, store_imported, id),
		M("importId", text, store_imported, import_id),
		M("serialNumber", text, store_imported, serial),
		M("ekHash", hex, store_imported, ek_hash),
		M("groupTag", text, store_imported, group_tag),
		M("productKey", text, store_imported, product_key),
		M("assignedUserPrincipalName", text, store_imported, assigned_user),
		M("importedDateTime", moment, store_imported, created),
		M("fault", text, store_imported, fault),
		M("what", what, store_imported, fault),
		M("remedy", remedy, store_imported, fault),
		M("detail", text, store_imported, detail),
	};
	json_t *row = OBJECT(members, r);
	json_object_set_new(row, "state", import_state(r));
	return row;
}

json_t *shape_roster_row(const struct roster_row *r, size_t at)
{
	json_t *row = json_pack("{sI ss so}", "row", (json_int_t)at, "result",
				r->state == ROSTER_SAME ? "same" : "refused", "id", uuid(&r->id));
	if (r->why) {
		json_object_set_new(row, "code", json_string(r->why->name));
		json_object_set_new(row, "detail", text(&r->detail));
	}
	return row;
}

json_t *shape_conflict(const struct store_conflict *c)
{
	static const struct member members[] = {
		M("id", uuid, store_conflict, id),
		M("state", settlement, store_conflict, state),
		M("fault", text, store_conflict, fault),
		M("what", what, store_conflict, fault),
		M("remedy", remedy, store_conflict, fault),
		M("deviceName", text, store_conflict, name),
		M("serialNumber", text, store_conflict, serial),
		M("manufacturer", text, store_conflict, manufacturer),
		M("model", text, store_conflict, model),
		M("ekHash", hex, store_conflict, ek_hash),
		M("address", text, store_conflict, peer),
		M("managedDeviceId", uuid, store_conflict, device_id),
		M("autopilotDeviceIdentityId", uuid, store_conflict, registration),
		M("attempts", number, store_conflict, count),
		M("firstDateTime", moment, store_conflict, first),
		M("lastDateTime", moment, store_conflict, last),
		M("decidedBy", text, store_conflict, actor),
		M("decidedDateTime", moment, store_conflict, decided),
	};
	return OBJECT(members, c);
}

json_t *shape_profile(const struct store_profile *p)
{
	static const struct member members[] = {
		M("id", uuid, store_profile, id),
		M("displayName", text, store_profile, name),
		M("attestation", mode, store_profile, attestation),
		M("virtual", class_mode, store_profile, virtual),
		M("virtualProfileId", uuid, store_profile, virtual_profile),
		M("unknown", class_mode, store_profile, unknown),
		M("usage", usage, store_profile, usage),
		M("deviceUsageType", usage_type, store_profile, usage),
		M("enableWhiteGlove", white_glove, store_profile, usage),
		M("failure", failure, store_profile, failure),
		M("timeoutS", number, store_profile, timeout_s),
		M("deviceNameTemplate", text, store_profile, name_template),
		M("oneTime", truth, store_profile, one_time),
		M("createdDateTime", moment, store_profile, created),
	};
	return OBJECT(members, p);
}

json_t *shape_assignment(const struct store_assignment *r)
{
	static const struct member members[] = {
		M("groupTag", text_or_null, store_assignment, group_tag),
		M("profileId", uuid, store_assignment, profile),
		M("createdDateTime", moment, store_assignment, created),
	};
	return OBJECT(members, r);
}

json_t *shape_token(const struct store_token *t)
{
	static const struct member members[] = {
		M("id", uuid, store_token, id),
		M("profileId", uuid, store_token, profile),
		M("createdDateTime", moment, store_token, created),
		M("expirationDateTime", moment, store_token, expires),
		M("uses", number, store_token, uses),
		M("usesMax", number, store_token, uses_max),
	};
	return OBJECT(members, t);
}

json_t *shape_anchor(const struct store_anchor *r)
{
	static const struct member members[] = {
		M("id", hex, store_anchor, fingerprint),
		M("subject", text, store_anchor, subject),
		M("maker", text, store_anchor, maker),
		M("role", anchor_role, store_anchor, role),
		M("class", tpm_class, store_anchor, class),
		M("source", text, store_anchor, source),
		M("notAfterDateTime", moment, store_anchor, not_after),
		M("createdDateTime", moment, store_anchor, created),
	};
	return OBJECT(members, r);
}

json_t *shape_issuer(const struct store_issuer *r)
{
	static const struct member members[] = {
		M("id", hex, store_issuer, id),
		M("subject", text, store_issuer, subject),
		M("keyId", hex, store_issuer, key_id),
		M("state", issuer_state, store_issuer, state),
		M("devices", number, store_issuer, devices),
		M("sampleEkHash", hex, store_issuer, sample),
		M("url", text, store_issuer, url),
		M("attempts", number, store_issuer, tries),
		M("fault", text, store_issuer, fault),
		M("what", what, store_issuer, fault),
		M("remedy", remedy, store_issuer, fault),
		M("detail", text, store_issuer, detail),
		M("fingerprint", hex, store_issuer, fingerprint),
		M("signedBy", text, store_issuer, signer),
		M("notAfterDateTime", moment, store_issuer, not_after),
		M("firstSeenDateTime", moment, store_issuer, first),
		M("lastSeenDateTime", moment, store_issuer, last),
	};
	return OBJECT(members, r);
}

json_t *shape_anchor_whole(const struct store_anchor *r)
{
	char out[TEXT_HEX_SIZE(TRIP_CERT_MAX)];
	json_t *row = shape_anchor(r);
	bool fits = r->certificate.n <= TRIP_CERT_MAX;
	json_object_set_new(row, "certificate",
			    fits ? json_string(text_hex(r->certificate, out)) : json_null());
	return row;
}

json_t *shape_trust_result(const struct trust_result *r)
{
	json_t *row = r->row ? shape_anchor(r->row) : json_pack("{so}", "id", hex(&r->fingerprint));
	const char *word = !r->why ? "imported" : r->row ? "present" : "refused";
	json_object_set_new(row, "result", json_string(word));
	json_object_set_new(row, "code", r->why ? json_string(r->why->name) : json_null());
	json_object_set_new(row, "title", r->why ? json_string(r->why->what) : json_null());
	return row;
}

json_t *shape_refusal(const struct store_refusal *r)
{
	static const struct member members[] = {
		M("id", hex, store_refusal, key),
		M("deviceName", text, store_refusal, name),
		M("serialNumber", text, store_refusal, serial),
		M("manufacturer", text, store_refusal, manufacturer),
		M("model", text, store_refusal, model),
		M("operatingSystem", text, store_refusal, os),
		M("osVersion", text, store_refusal, os_version),
		M("address", text, store_refusal, peer),
		M("ekHash", hex, store_refusal, ek_hash),
		M("tpmManufacturer", text, store_refusal, tpm_maker),
		M("tpmClass", tpm_class, store_refusal, tpm_class),
		M("trip", number, store_refusal, trip),
		M("fault", text, store_refusal, fault),
		M("hresult", hresult, store_refusal, fault),
		M("what", what, store_refusal, fault),
		M("remedy", remedy, store_refusal, fault),
		M("detail", text, store_refusal, detail),
		M("attempts", number, store_refusal, count),
		M("firstDateTime", moment, store_refusal, first),
		M("lastDateTime", moment, store_refusal, last),
		M("requestId", uuid, store_refusal, request_id),
	};
	return OBJECT(members, r);
}

json_t *shape_filter(const struct store_filter *r)
{
	static const struct member members[] = {
		M("id", uuid, store_filter, id),
		M("displayName", text, store_filter, name),
		M("rule", text, store_filter, rule),
		M("trustClaims", truth, store_filter, trusts_labels),
		M("createdDateTime", moment, store_filter, created),
		M("lastModifiedDateTime", moment, store_filter, updated),
	};
	return OBJECT(members, r);
}

json_t *shape_blocklist(const struct store_blocklist *r)
{
	static const struct member members[] = {
		M("id", text, store_blocklist, id),
		M("maker", text_or_null, store_blocklist, maker),
		M("model", text_or_null, store_blocklist, model),
		M("basis", text, store_blocklist, basis),
		M("first", text_or_null, store_blocklist, first),
		M("last", text, store_blocklist, last),
		M("fixed", text_or_null, store_blocklist, fixed),
		M("effect", text, store_blocklist, effect),
		M("keys", text, store_blocklist, keys),
		M("name", text, store_blocklist, name),
		M("page", text, store_blocklist, page),
		M("source", text, store_blocklist, source),
		M("version", number, store_blocklist, version),
		M("createdDateTime", moment, store_blocklist, created),
	};
	return OBJECT(members, r);
}

static json_t *with_status(json_t *row, struct status s)
{
	json_object_set_new(row, "AttestationStatus", json_string(s.word));
	json_object_set_new(row, "AttestationStatusDetail", json_string(s.detail));
	return row;
}

json_t *shape_status_device(const struct store_device *d)
{
	static const struct member members[] = {
		M("DeviceName", text, store_device, name),
		M("DeviceId", uuid, store_device, id),
		M("UPN", nothing, store_device, id),
		M("OS", text, store_device, os),
		M("OSVersion", text, store_device, os_version),
		M("Ownership", company, store_device, id),
		M("LastCheckin", moment, store_device, last_seen),
		M("EnrollmentDate", moment, store_device, enrolled),
		M("TpmVersion", text, store_device, tpm_version),
		M("TpmManufacturer", text, store_device, tpm_maker),
		M("Model", text, store_device, model),
		M("Outcome", enrolled, store_device, id),
		M("State", attestation, store_device, attested),
		M("SerialNumber", text, store_device, serial),
		M("Assurance", assurance, store_device, assurance),
		M("TpmClass", tpm_class, store_device, tpm_class),
		M("Warnings", text, store_device, warnings),
		M("Fault", text, store_device, fault),
		M("Hresult", nothing, store_device, fault),
		M("What", what, store_device, fault),
		M("NoTpmReason", text, store_device, no_tpm),
		M("Leniencies", leniencies, store_device, leniencies),
	};
	struct status s = d->attested ? status_of_attested() : status_of_unattested(fault_at(&d->fault));
	return with_status(OBJECT(members, d), s);
}

json_t *shape_status_refusal(const struct store_refusal *r)
{
	static const struct member members[] = {
		M("DeviceName", text, store_refusal, name),
		M("DeviceId", nothing, store_refusal, key),
		M("UPN", nothing, store_refusal, key),
		M("OS", text, store_refusal, os),
		M("OSVersion", text, store_refusal, os_version),
		M("Ownership", unknown, store_refusal, key),
		M("LastCheckin", moment, store_refusal, last),
		M("EnrollmentDate", nothing, store_refusal, key),
		M("TpmVersion", nothing, store_refusal, key),
		M("TpmManufacturer", text, store_refusal, tpm_maker),
		M("Model", text, store_refusal, model),
		M("Outcome", refused, store_refusal, key),
		M("State", none, store_refusal, key),
		M("SerialNumber", text, store_refusal, serial),
		M("Assurance", no_assurance, store_refusal, key),
		M("TpmClass", tpm_class, store_refusal, tpm_class),
		M("Detail", text, store_refusal, detail),
		M("Fault", text, store_refusal, fault),
		M("Hresult", hresult, store_refusal, fault),
		M("What", what, store_refusal, fault),
		M("Remedy", remedy, store_refusal, fault),
		M("EkHash", hex, store_refusal, ek_hash),
		M("RequestId", uuid, store_refusal, request_id),
		M("RefusalId", hex, store_refusal, key),
		M("Attempts", number, store_refusal, count),
		M("Leniencies", leniencies, store_refusal, leniencies),
	};
	return with_status(OBJECT(members, r), status_of_refused(fault_at(&r->fault)));
}
