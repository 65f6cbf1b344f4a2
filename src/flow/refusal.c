#include "flow/refusal.h"

#include "attest/alg.h"
#include "flow/attempts.h"

/* Anybody can be refused; an event log of some length fits. */
#define REFUSAL_EVIDENCE_MAX 131072

static fault key_of(const struct store_refusal *row, uint8_t out[static 32])
{
	if (row->ek_hash.p && bytes_copy(row->ek_hash, out, 32))
		return NULL;
	const struct bytes line = BYTES_TEXT("\n");
	const struct bytes parts[] = { row->peer, line, row->serial, line, row->name };
	uint8_t digest[ALG_DIGEST_MAX];
	TRY(alg_digest(alg_hash_find(ALG_SHA256), parts, COUNT_OF(parts), digest));
	return bytes_copy(bytes_of(digest, 32), out, 32) ? NULL : FAIL(BUG);
}

fault refusal_put(struct flow *f, struct store_refusal *row, struct filing *filing, struct arena *a)
{
	uint8_t key[32];
	fault why = filing->why;
	attempts_put(f->attempts, &(struct attempts_who){ row->ek_hash, row->peer }, f->now);
	bool is_kept = is_fault_refusal(why) && why->kind != FAULT_INPUT;
	if (!is_kept || !has_attempts_room(f->attempts, f->now))
		return NULL;
	TRY(key_of(row, key));
	row->key = BYTES_OF(key);
	row->fault = bytes_text(why->name);
	row->count = 1;
	row->first = f->now;
	row->last = f->now;
	if (filing->evidence.n > REFUSAL_EVIDENCE_MAX)
		filing->evidence = (struct bytes){ 0 };
	TRY(filing_build(f, filing, a, &row->evidence));
	return store_refusal_put(f->store, row, f->limits->refusals);
}

fault refusal_delete(struct flow *f, struct bytes ek_hash)
{
	if (!ek_hash.p)
		return NULL;
	fault why = store_refusal_delete(f->store, ek_hash);
	return why == FAIL(NOT_FOUND) ? NULL : why;
}
