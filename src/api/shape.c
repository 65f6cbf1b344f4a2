#include "api/shape.h"

#include "attest/anchors.h"
#include "base/text.h"
#include "policy/vouch.h"
#include "report/status.h"

static json_t *text(struct bytes b)
{
	return b.p ? json_stringn((const char *)b.p, b.n) : json_null();
}

static json_t *words(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *uuid(struct bytes id)
{
	char out[TEXT_UUID_SIZE];
	return id.n == 16 ? json_string(text_uuid(id.p, out)) : json_null();
}

static json_t *hex(struct bytes b)
{
	char out[TEXT_HEX_SIZE(64)];
	return b.p && b.n <= 64 ? json_string(text_hex(b, out)) : json_null();
}

static json_t *moment(int64_t seconds)
{
	char out[TEXT_TIME_SIZE];
	return seconds ? json_string(text_time(seconds, out)) : json_null();
}

static json_t *hresult(fault why)
{
	return why && why->hresult ? json_sprintf("0x%08X", why->hresult) : json_null();
}

/* The issuance policies as their OIDs' last arcs say them: how far a certificate of this device may be trusted. */
static json_t *assurance(uint64_t bits)
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
		if (bits & policies[i].bit)
			json_array_append_new(list, json_string(policies[i].oid));
	return list;
}

static const char *attested_word(const struct store_device *d)
{
	return d->attested ? "attested" : "unattested";
}

static json_t *class_word(uint64_t class)
{
	return json_string(anchors_class_word((enum anchors_class)class));
}

json_t *shape_device(const struct store_device *d)
{
	fault why = d->fault.p ? fault_find(d->fault) : NULL;
	return json_pack("{so so so so so so so so so so ss so so so so so so so so so}",
			 "id", uuid(d->id), "deviceName", text(d->name), "serialNumber", text(d->serial),
			 "manufacturer", text(d->manufacturer), "model", text(d->model),
			 "operatingSystem", text(d->os), "osVersion", text(d->os_version),
			 "enrolledDateTime", moment(d->enrolled), "lastSyncDateTime", moment(d->last_seen),
			 "managementState", json_string(d->state == STORE_DEVICE_ACTIVE ? "managed" : "retired"),
			 "attestationState", attested_word(d), "isTpmAttested", json_boolean(d->attested),
			 "assurance", assurance(d->assurance), "ekHash", hex(d->ek_hash),
			 "tpmManufacturer", text(d->tpm_maker), "tpmClass", class_word(d->tpm_class),
			 "tpmVersion", text(d->tpm_version), "noTpmReason", text(d->no_tpm),
			 "fault", words(why ? why->name : NULL), "autopilotDeviceIdentityId", uuid(d->registration));
}

json_t *shape_registration(const struct store_registration *r)
{
	static const char *const states[] = {
		[STORE_REGISTRATION_UNKNOWN] = "unknown", [STORE_REGISTRATION_ENROLLED] = "enrolled",
		[STORE_REGISTRATION_PENDING_RESET] = "pendingReset", [STORE_REGISTRATION_FAILED] = "failed",
		[STORE_REGISTRATION_NOT_CONTACTED] = "notContacted",
	};
	const char *state = r->state < COUNT_OF(states) ? states[r->state] : states[0];
	return json_pack("{so so so so so so so so ss}", "id", uuid(r->id), "serialNumber", text(r->serial), "ekHash",
			 hex(r->ek_hash), "groupTag", text(r->group_tag), "displayName", text(r->name),
			 "managedDeviceId", uuid(r->device_id), "deploymentProfileId", uuid(r->profile),
			 "lastContactedDateTime", moment(r->last_contact), "enrollmentState", state);
}

json_t *shape_profile(const struct store_profile *p)
{
	return json_pack("{so so ss so}", "id", uuid(p->id), "displayName", text(p->name), "attestation",
			 vouch_mode_word((enum vouch_mode)p->attestation), "createdDateTime", moment(p->created));
}

json_t *shape_token(const struct store_token *t)
{
	return json_pack("{so so so so sI sI}", "id", uuid(t->id), "profileId", uuid(t->profile), "createdDateTime",
			 moment(t->created), "expirationDateTime", moment(t->expires), "uses", (json_int_t)t->uses,
			 "usesMax", (json_int_t)t->uses_max);
}

json_t *shape_anchor(const struct store_anchor *r)
{
	return json_pack("{so so so so so so so}", "id", hex(r->fingerprint), "subject", text(r->subject), "maker",
			 text(r->maker), "class", class_word(r->class), "source", text(r->source),
			 "notAfterDateTime", moment(r->not_after), "createdDateTime", moment(r->created));
}

json_t *shape_status_device(const struct store_device *d)
{
	fault why = d->fault.p ? fault_find(d->fault) : NULL;
	struct status s = d->attested ? status_of_attested() : status_of_unattested(why);
	return json_pack("{so so so ss ss so so so so so so so so ss ss so so so so so so}",
			 "DeviceName", text(d->name), "DeviceId", uuid(d->id), "UPN", json_null(),
			 "AttestationStatus", s.word, "AttestationStatusDetail", s.detail, "OS", text(d->os),
			 "OSVersion", text(d->os_version), "Ownership", json_string("company"),
			 "LastCheckin", moment(d->last_seen), "EnrollmentDate", moment(d->enrolled),
			 "TpmVersion", text(d->tpm_version), "TpmManufacturer", text(d->tpm_maker),
			 "Model", text(d->model), "Outcome", "enrolled", "State", attested_word(d),
			 "SerialNumber", text(d->serial), "Assurance", assurance(d->assurance),
			 "Fault", words(why ? why->name : NULL), "Hresult", json_null(),
			 "What", words(why ? why->what : NULL), "NoTpmReason", text(d->no_tpm));
}

json_t *shape_status_refusal(const struct store_refusal *r)
{
	fault why = fault_find(r->fault);
	struct status s = status_of_refused(why);
	return json_pack("{so so so ss ss so so so so so so so so ss ss so so so so so so so so sI}",
			 "DeviceName", text(r->name), "DeviceId", json_null(), "UPN", json_null(),
			 "AttestationStatus", s.word, "AttestationStatusDetail", s.detail, "OS", text(r->os),
			 "OSVersion", text(r->os_version), "Ownership", json_string("unknown"),
			 "LastCheckin", moment(r->last), "EnrollmentDate", json_null(), "TpmVersion", json_null(),
			 "TpmManufacturer", text(r->tpm_maker), "Model", text(r->model), "Outcome", "refused",
			 "State", "none", "SerialNumber", text(r->serial), "Assurance", json_array(),
			 "Fault", text(r->fault), "Hresult", hresult(why), "What", words(why ? why->what : NULL),
			 "Remedy", words(why ? why->remedy : NULL), "EkHash", hex(r->ek_hash),
			 "RequestId", uuid(r->request_id), "Attempts", (json_int_t)r->count);
}
