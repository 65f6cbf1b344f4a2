#include "flow/refusal.h"

#include "attest/alg.h"
#include "flow/attempts.h"
#include "store/store_refusal.h"

/* A refusal's evidence is kept for explaining it; an event log is not worth that much of the disk. */
#define REFUSAL_EVIDENCE_MAX 65536

static fault key_of(const struct refusal *r, uint8_t out[static 32])
{
	if (r->ek_hash.p && bytes_copy(r->ek_hash, out, 32))
		return NULL;
	const struct bytes parts[] = { r->peer, BYTES_TEXT("\n"), r->serial, BYTES_TEXT("\n"), r->name };
	uint8_t digest[ALG_DIGEST_MAX];
	TRY(alg_digest(alg_hash_find(ALG_SHA256), parts, COUNT_OF(parts), digest));
	return bytes_copy(bytes_of(digest, 32), out, 32) ? NULL : FAIL(BUG);
}

fault refusal_put(struct flow *f, const struct refusal *r)
{
	uint8_t key[32];
	if (r->why->kind == FAULT_SYSTEM || r->why->kind == FAULT_BUG || r->why->kind == FAULT_INPUT ||
	    !has_attempts_room(f->attempts, f->now))
		return NULL;
	TRY(key_of(r, key));
	const struct store_refusal row = {
		.key = BYTES_OF(key),
		.ek_hash = r->ek_hash,
		.peer = r->peer,
		.name = r->name,
		.serial = r->serial,
		.manufacturer = r->manufacturer,
		.model = r->model,
		.os = r->os,
		.os_version = r->os_version,
		.fault = bytes_text(r->why->name),
		.trip = (uint64_t)r->trip,
		.request_id = r->request_id,
		.tpm_maker = r->tpm_maker,
		.tpm_class = r->tpm_class,
		.count = 1,
		.first = f->now,
		.last = f->now,
		.evidence = r->evidence.n <= REFUSAL_EVIDENCE_MAX ? r->evidence : (struct bytes){ 0 },
	};
	return store_refusal_put(f->store, &row, f->limits->refusals);
}

fault refusal_delete(struct flow *f, struct bytes ek_hash)
{
	if (!ek_hash.p)
		return NULL;
	fault why = store_refusal_delete(f->store, ek_hash);
	return why == FAIL(NOT_FOUND) ? NULL : why;
}
