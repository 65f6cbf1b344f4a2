#include "cli/review.h"

#include <string.h>

#include "attest/conversation.h"
#include "cert/csr.h"

/* --- what the server said ------------------------------------------------------------------------------- */

static bool is_octets_below(struct bytes b, uint8_t limit)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] >= limit)
			return false;
	return true;
}

static fault read_recorded(struct review *r)
{
	const struct dossier *d = &r->dossier;
	NEED(is_octets_below(d->outcomes, PASSED + 1) && is_octets_below(d->required, 2), PARSE_FIELD);
	r->is_comparable = d->edition == VERDICT_EDITION;
	if (!r->is_comparable)
		return NULL;
	NEED(bytes_copy(d->outcomes, r->recorded.of, CHECK_COUNT), PARSE_FIELD);
	NEED(bytes_copy(d->required, r->recorded.required, CHECK_COUNT), PARSE_FIELD);
	return NULL;
}

static fault read_dossier(struct bytes file, struct review *r)
{
	struct dossier *d = &r->dossier;
	TRY(message_parse(&dossier_message, file, d));
	NEED(d->version == DOSSIER_VERSION && d->vouch <= VOUCH_BY_TOKEN, PARSE_FIELD);
	if (d->fault.p)
		r->told = fault_find(d->fault);
	if (d->fault.p && !r->told)
		r->told = FAIL(REASON_UNKNOWN);
	return read_recorded(r);
}

/* --- the judgement -------------------------------------------------------------------------------------- */

static fault put_anchors(const struct bytes_list *list, struct anchors *ret)
{
	for (size_t i = 0; i < list->n; i++) {
		struct dossier_anchor a;
		TRY(message_parse(&dossier_anchor_message, list->v[i], &a));
		const struct anchors_record record = {
			.role = (enum anchors_role)a.role,
			.class = (enum anchors_class)a.class,
			.maker = a.maker,
		};
		TRY(anchors_put_stored(ret, a.certificate, &record));
	}
	return NULL;
}

static fault judge_evidence(const struct review_input *in, const struct anchors *anchors, struct review *r)
{
	const struct evaluation with = {
		.now = in->now ? in->now : (int64_t)r->evidence.time,
		.anchors = anchors,
		.admits_expired_ca = in->admits_expired_ca ? *in->admits_expired_ca : r->evidence.expired_ca,
	};
	struct subject key;
	TRY(evaluate(&r->evidence, &with, in->arena, &r->found));
	if (r->found.payload.csr.p)
		TRY(csr_judge(r->found.payload.csr, r->found.outcomes, &key));
	memcpy(r->verdict.of, r->found.outcomes, sizeof(r->verdict.of));
	return NULL;
}

/* What was found of the anchors dies with those that the dossier brought. */
static void forget_anchors(struct review *r, struct arena *a)
{
	r->found.maker.anchor = arena_copy(a, r->found.maker.anchor);
	r->found.maker.maker = arena_copy(a, r->found.maker.maker);
	r->found.anchors.n = 0;
}

static fault judge_with_anchors(const struct review_input *in, struct review *r)
{
	struct anchors *own = anchors_new();
	fault why = in->anchors ? NULL : put_anchors(&r->dossier.anchors, own);
	if (!why)
		why = judge_evidence(in, in->anchors ? in->anchors : own, r);
	if (!why)
		forget_anchors(r, in->arena);
	anchors_free(own);
	return why;
}

static fault judge_conversation(struct review *r)
{
	struct ticket t;
	const struct dossier *d = &r->dossier;
	bool has_ticket = d->ticket.p;
	if (has_ticket)
		TRY(message_parse(&ticket_message, d->ticket, &t));
	const struct conversation c = {
		.ticket = has_ticket ? &t : NULL,
		.now = (int64_t)d->time,
		.purpose = r->evidence.purpose,
		.id = r->evidence.id,
		.nonce = r->evidence.nonce,
		.server_key_hash = r->evidence.server_key_hash,
		.ek_hash = r->found.ek_hash,
		.ak_name = r->found.ak_name,
		.pcr_selection = r->found.pcr_selection,
		.secret_hash = d->secret_hash,
	};
	conversation_judge(&c, r->verdict.of);
	return NULL;
}

/* Rows that this program does not have are of no use to it, and no others are the records' to answer. */
static fault copy_records(struct review *r)
{
	for (size_t i = 0; i < r->dossier.records.n; i++) {
		struct dossier_row row;
		TRY(message_parse(&dossier_row_message, r->dossier.records.v[i], &row));
		const struct verdict_check *check = verdict_find(row.check);
		size_t at = check ? (size_t)(check - verdict_checks) : CHECK_COUNT;
		if (check && is_conversation_record((enum check_id)at))
			r->verdict.of[at] = (uint8_t)row.outcome;
	}
	return NULL;
}

static bool is_of_check(fault why)
{
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].why == why)
			return true;
	return false;
}

/* The verdict's own reason as it was recorded: NULL when it was trusted. */
static fault recorded_fault(const struct review *r)
{
	if (r->is_comparable)
		return verdict_fault(&r->recorded);
	return r->told && is_of_check(r->told) ? r->told : NULL;
}

static fault settle(const struct review *r)
{
	fault before = recorded_fault(r), now = verdict_fault(&r->verdict);
	if (r->dossier.vouch == VOUCH_NOBODY)
		return r->told ? r->told : FAIL(POL_MISSING);
	if (!r->told || r->told == before)
		return now;
	/* The records said no for a reason of their own: beside a good verdict, or in place of a bad one. */
	if (!before)
		return now ? now : r->told;
	return now ? r->told : NULL;
}

static fault judge(const struct review_input *in, struct review *r)
{
	enum vouch_by by = (enum vouch_by)r->dossier.vouch;
	bool is_second = r->evidence.id.p;
	TRY(judge_with_anchors(in, r));
	if (is_second && by != VOUCH_NOBODY)
		TRY(judge_conversation(r));
	TRY(copy_records(r));
	vouch_require(by, is_second ? 2 : 1, &r->verdict);
	if (r->dossier.needs_token)
		vouch_require_subject(SUBJECT_TOKEN, &r->verdict);
	r->claims = claims_of(&r->verdict, by);
	r->why = settle(r);
	return NULL;
}

fault review_build(const struct review_input *in, struct review *ret)
{
	struct review r = { 0 };
	TRY(read_dossier(in->file, &r));
	r.is_judged = r.dossier.evidence.p;
	if (r.is_judged) {
		TRY(message_parse(&evidence_message, r.dossier.evidence, &r.evidence));
		TRY(judge(in, &r));
	}
	NEED(!is_arena_full(in->arena), SYS_MEMORY);
	*ret = r;
	return NULL;
}

bool is_review_same(const struct review *r)
{
	const struct verdict *a = &r->recorded, *b = &r->verdict;
	if (!r->is_comparable || !r->is_judged)
		return true;
	return is_bytes_equal(BYTES_OF(a->of), BYTES_OF(b->of)) &&
	       is_bytes_equal(BYTES_OF(a->required), BYTES_OF(b->required));
}
