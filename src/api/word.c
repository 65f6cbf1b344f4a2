#include "api/word.h"

#include "api/member.h"
#include "attest/anchors.h"
#include "attest/firmware.h"
#include "attest/keystate.h"
#include "flow/inventory.h"
#include "report/leniencies.h"
#include "wire/trip.h"

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

json_t *word_attestation(const void *at)
{
	return json_string(*(const uint64_t *)at ? "attested" : "unattested");
}

json_t *word_company(const void *at)
{
	(void)at;
	return json_string("company");
}

json_t *word_unknown(const void *at)
{
	(void)at;
	return json_string("unknown");
}
