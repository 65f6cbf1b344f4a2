#include "api/serve_device.h"

#include "api/member.h"
#include "api/serve_command.h"
#include "api/serve_compliance.h"
#include "api/serve_list.h"
#include "api/shape.h"
#include "flow/commands.h"
#include "flow/inventory.h"
#include "flow/keeping.h"
#include "flow/proofs.h"
#include "report/recovery.h"

/* What a command of the kind asks is to be done only where the key is not in the TPM yet (DMClient CSP). */
#define WITH_PRECONDITION 1

static json_t *changes(const void *at)
{
	uint64_t meanings = *(const uint64_t *)at;
	json_t *words = json_array();
	for (enum interval_meaning m = 0; m < INTERVAL_COUNT; m++)
		if (meanings & 1u << m)
			json_array_append_new(words, json_string(interval_word(m)));
	return words;
}

/* What attests a device is the certificate of a key that its TPM proved (DeviceStatus CSP). */
static json_t *evidence(const void *at)
{
	const struct commands_kind *kind = commands_kind_find(TRIP_ORDER_ATTEST);
	return *(const int64_t *)at ? json_string(kind->evidence) : json_null();
}

/* When it last proved itself, and what its TPM went through since the time before. */
static fault put_proof(struct serve *s, const struct store_device *d, json_t *more)
{
	static const struct member members[] = {
		MEMBER("attestationEvidenceKind", evidence, store_proof, attested),
		MEMBER("lastAttestedDateTime", member_moment, store_proof, attested),
		MEMBER("previousAttestedDateTime", member_moment, store_proof, before),
		MEMBER("tpmChanges", changes, store_proof, meanings),
		MEMBER("tpmStarts", member_number, store_proof, starts),
		MEMBER("tpmSleeps", member_number, store_proof, sleeps),
		MEMBER("tpmHistory", member_text, store_proof, story),
	};
	static const struct store_proof none;
	struct store_proof *proof = NULL;
	TRY(proofs_find(s->f, d->id, s->a, &proof));
	json_object_update_new(more, MEMBER_OBJECT(members, proof ? proof : &none));
	json_object_set_new(more, "tpmResetCount", member_number(&d->reset_count));
	json_object_set_new(more, "tpmRestartCount", member_number(&d->restart_count));
	return NULL;
}

/* Of the recovery that was asked for last, in the numbers of Microsoft's DMClient CSP. */
static fault put_recovery(struct serve *s, const struct store_device *d, json_t *more)
{
	struct store_command *last = NULL;
	TRY(commands_find_last(s->f, d->id, TRIP_ORDER_RECOVER, s->a, &last));
	json_t *status = last ? serve_command_recovery(last) : json_integer(RECOVERY_NONE);
	const char *sentence = recovery_sentence((enum recovery_status)json_integer_value(status));
	json_object_set_new(more, "initiateRecovery", last ? json_integer(WITH_PRECONDITION) : json_null());
	json_object_set_new(more, "recoveryStatus", status);
	json_object_set_new(more, "recoveryStatusText", json_string(sentence));
	return NULL;
}

/* With the state of its keys, and what only its registration says, which may be gone. */
fault serve_device_get(struct serve *s)
{
	struct bytes id;
	struct store_device *d = NULL;
	struct store_registration *r = NULL;
	enum keystate keys;
	const void *listed = NULL;
	json_t *compliance;
	TRY(serving_read_id(s, &id));
	const struct inventory_listed which = { STORE_LISTING_DEVICE, STORE_LISTING_DEVICE_ID, id };
	TRY(inventory_get_device(s->f, id, s->a, &d));
	TRY(inventory_get_listed(s->f, &which, s->a, &listed));
	fault why = d->registration.p ? inventory_get_registration(s->f, d->registration, s->a, &r) : NULL;
	TRY(why == FAIL(NOT_FOUND) ? NULL : why);
	TRY(keeping_find(s->f, d, &keys));
	json_auto_t *more = r ? shape_phase(r) : json_object();
	json_object_set_new(more, "what", member_what(&d->fault));
	json_object_set_new(more, "remedy", member_remedy(&d->fault));
	json_object_set_new(more, "serverKeyState", json_string(keystate_word(keys)));
	TRY(put_proof(s, d, more));
	TRY(put_recovery(s, d, more));
	TRY(serve_compliance_shape(s, d, &compliance));
	json_object_update_new(more, compliance);
	return serve_list_answer_one(s, ENDPOINT_DEVICES, listed, json_incref(more));
}
