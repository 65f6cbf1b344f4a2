#include "flow/refusal.h"

#include "attest/alg.h"
#include "flow/attempts.h"
#include "flow/failures.h"
#include "store/store_evidence.h"
#include "wire/dossier.h"

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
	TRY(failures_put(f, row, filing));
	return store_refusal_put(f->store, row, f->limits->refusals);
}

/* --- what becomes of it --------------------------------------------------------------------------------- */

static fault find_dossier(const struct store_refusal *row, struct dossier *ret)
{
	*ret = (struct dossier){ 0 };
	return row->evidence.p ? message_parse(&dossier_message, row->evidence, ret) : NULL;
}

fault refusal_build_verdict(const struct store_refusal *row, struct arena *a, struct store_verdict *ret)
{
	struct dossier d;
	static const uint8_t nothing[TRIP_HASH_SIZE] = { 0 };
	TRY(find_dossier(row, &d));
	*ret = (struct store_verdict){
		.snapshot = d.snapshot.p ? d.snapshot : BYTES_OF(nothing),
		.outcomes = d.outcomes.p ? d.outcomes : BYTES_TEXT(""),
		.required = d.required.p ? d.required : BYTES_TEXT(""),
		.fault = row->fault,
		.created = row->last,
		.leniencies = row->leniencies,
		.edition = d.edition,
		.attempts = row->count,
		.detail = row->detail,
	};
	return d.evidence.p ? flow_hash(d.evidence, a, &ret->evidence) : NULL;
}

static fault put_evidence(struct flow *f, const struct refusal_end *end, const struct store_refusal *row,
			  const struct store_verdict *v)
{
	if (!v->evidence.p || is_bytes_equal(v->evidence, end->evidence))
		return NULL;
	const struct store_evidence kept = { v->evidence, end->device_id, row->last, v->snapshot,
					     row->evidence };
	fault why = store_evidence_put(f->store, &kept, f->limits->evidence);
	return why == FAIL(CONFLICT) ? NULL : why;
}

fault refusal_finish(struct flow *f, const struct refusal_end *end, struct arena *a)
{
	struct store_refusal *row = NULL;
	struct store_verdict v;
	if (!end->ek_hash.p)
		return NULL;
	fault why = store_refusal_get(f->store, end->ek_hash, a, &row);
	if (why)
		return why == FAIL(NOT_FOUND) ? NULL : why;
	TRY(refusal_build_verdict(row, a, &v));
	TRY(flow_id_new(f, a, &v.id));
	v.device_id = end->device_id;
	TRY(store_verdict_put(f->store, &v));
	TRY(put_evidence(f, end, row, &v));
	return store_refusal_delete(f->store, end->ek_hash);
}
