#include "api/word.h"

#include "api/member.h"
#include "attest/anchors.h"
#include "attest/firmware.h"
#include "attest/keystate.h"
#include "base/text.h"
#include "flow/certificates.h"
#include "flow/inventory.h"
#include "flow/roster.h"
#include "policy/compliance.h"
#include "policy/provisioning.h"
#include "report/leniencies.h"
#include "wire/trip.h"

#define TARGET_NAME_MAX 64 /* octets of a key that is a word */

json_t *word_firmware(const void *at)
{
	char out[FIRMWARE_TEXT_SIZE];
	uint64_t version = *(const uint64_t *)at;
	return version ? json_string(firmware_text(version, out)) : json_null();
}

json_t *word_assurance(const void *at)
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

json_t *word_leniencies(const void *at)
{
	return leniencies_list(*(const uint64_t *)at);
}

json_t *word_key_state(const void *at)
{
	return json_string(keystate_word((enum keystate)*(const uint64_t *)at));
}

json_t *word_tpm_class(const void *at)
{
	return json_string(anchors_class_word((enum anchors_class)*(const uint64_t *)at));
}

json_t *word_management(const void *at)
{
	return json_string(*(const uint64_t *)at == STORE_DEVICE_ACTIVE ? "managed" : "retired");
}

json_t *word_compliance(const void *at)
{
	return json_string(compliance_state_word((enum compliance_state)*(const uint64_t *)at));
}

json_t *word_attestation(const void *at)
{
	return json_string(*(const uint64_t *)at ? "attested" : "unattested");
}

json_t *word_company(const void *at)
{
	(void)at;
	return json_string("company");
}

json_t *word_enrollment(const void *at)
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

json_t *word_userless(const void *at)
{
	return json_string(deployment_userless_word((enum deployment_userless)*(const uint64_t *)at));
}

json_t *word_phase(const void *at)
{
	return json_string(provisioning_word((enum provisioning_phase)*(const uint64_t *)at));
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

json_t *word_import_state(const void *imported)
{
	const struct store_imported *r = imported;
	fault why = member_fault(&r->fault);
	int number = why ? why->http : 0;
	const char *name = why ? why->name : "";
	for (size_t i = 0; i < COUNT_OF(conflicts); i++)
		if (why == &fault_rows[conflicts[i].code]) {
			number = conflicts[i].number;
			name = conflicts[i].name;
		}
	return json_pack("{ss so si ss}", "deviceImportStatus", why ? "error" : "complete",
			 "deviceRegistrationId", member_uuid(&r->registration), "deviceErrorCode", number,
			 "deviceErrorName", name);
}

json_t *word_certificate_kind(const void *at)
{
	return json_string(*(const uint64_t *)at == FRAME_CERTIFICATE_AK ? "attestationKey" : "device");
}

json_t *word_certificate_state(const void *at)
{
	return json_string(certificates_state_word(*(const uint64_t *)at));
}

json_t *word_certificate_reason(const void *certificate)
{
	const struct store_certificate *c = certificate;
	return c->revoked ? json_string(certificates_reason_word(c->reason)) : json_null();
}

json_t *word_actor(const void *at)
{
	return json_pack("{so}", "userPrincipalName", member_text(at));
}

/* Of a record whose key is a word, as a row of the blocklist, that word: the target is its octets. */
static json_t *target_name(struct bytes target)
{
	uint8_t octets[TARGET_NAME_MAX] = { 0 };
	struct bytes name = bytes_of(octets, target.n / 2);
	bool is_name = name.n && name.n <= sizeof(octets) && text_hex_parse(target, octets, name.n) &&
		       is_text_printable(name);
	return is_name ? json_stringn((const char *)octets, name.n) : json_null();
}

json_t *word_resources(const void *at)
{
	const struct bytes *target = at;
	return target->p ? json_pack("[{so so}]", "resourceId", member_text(at), "displayName",
				     target_name(*target)) :
			   json_array();
}
