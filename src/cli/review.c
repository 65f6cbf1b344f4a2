#include "cli/review.h"

#include <string.h>

#include "attest/conversation.h"
#include "cert/csr.h"
#include "policy/tpmclass.h"

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

/* Whether the dossier says who named the device, by which words, and how old its keys are. */
static bool has_review_words(const struct dossier *d)
{
	return d->version > DOSSIER_VERSION_FIRST;
}

static fault read_dossier(struct bytes file, struct review *r)
{
	struct dossier *d = &r->dossier;
	TRY(message_parse(&dossier_message, file, d));
	bool is_version = d->version >= DOSSIER_VERSION_FIRST && d->version <= DOSSIER_VERSION;
	bool has_words = d->attestation | d->virtual | d->unknown | d->named | d->ak_born | d->key_born;
	NEED(is_version && d->vouch <= VOUCH_BY_LAST, PARSE_FIELD);
	NEED((!has_words && !d->detail.p) || has_review_words(d), PARSE_FIELD);
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

static fault put_eklists(const struct bytes_list *list, struct eklists *ret)
{
	for (size_t i = 0; i < list->n; i++) {
		struct eklist l;
		TRY(message_parse(&eklist_message, list->v[i], &l));
		TRY(eklists_put(ret, &l));
	}
	return NULL;
}

static fault judge_evidence(const struct review_input *in, const struct anchors *anchors,
			    const struct eklists *eklists, struct review *r)
{
	uint64_t admits = in->rules.expired_ca, requires = in->rules.crl_required;
	const struct evaluation with = {
		.now = in->now ? in->now : (int64_t)r->evidence.time,
		.anchors = anchors,
		.admits_expired_ca = admits ? admits == RULES_TRUE : r->evidence.expired_ca,
		.admits_unlisted = requires ? requires == RULES_FALSE : !r->evidence.crl_required,
		.eklists = eklists,
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
	r->found.way.n = 0;
}

static fault judge_with_anchors(const struct review_input *in, struct review *r)
{
	struct anchors *own = anchors_new();
	struct eklists *eklists = eklists_new();
	fault why = in->anchors ? NULL : put_anchors(&r->dossier.anchors, own);
	if (!why)
		why = put_eklists(&r->evidence.eklists, eklists);
	if (!why)
		why = judge_evidence(in, in->anchors ? in->anchors : own, eklists, r);
	if (!why)
		forget_anchors(r, in->arena);
	eklists_free(eklists);
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

/* Before this edition no proof was compared with the one before it, and so nothing was found. */
#define INTERVAL_EDITION 9

static void judge_interval(struct review *r)
{
	static const enum check_id rows[] = { CHECK_COUNTS_ONWARD, CHECK_CLOCK_ONWARD };
	for (size_t i = 0; r->dossier.edition < INTERVAL_EDITION && i < COUNT_OF(rows); i++)
		verdict_judge(r->verdict.of, rows[i], true);
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

/* --- what is proposed ----------------------------------------------------------------------------------- */

/* By the words proposed or those of the profile; rows that nobody answered then had no profile to go by. */
static void judge_class(const struct review_input *in, struct review *r)
{
	const struct dossier *d = &r->dossier;
	const struct tpmclass_rule rule = {
		(enum tpmclass_mode)(in->rules.virtual ? in->rules.virtual : d->virtual),
		(enum tpmclass_mode)(in->rules.unknown ? in->rules.unknown : d->unknown),
	};
	uint8_t now[CHECK_COUNT], *of = r->verdict.of;
	if (of[CHECK_EK_NOT_VIRTUAL] == NOT_RUN)
		return;
	tpmclass_judge(&rule, (enum anchors_class)r->found.maker.class, now);
	if (rule.virtual)
		of[CHECK_EK_NOT_VIRTUAL] = now[CHECK_EK_NOT_VIRTUAL];
	if (rule.unknown)
		of[CHECK_EK_CLASS] = now[CHECK_EK_CLASS];
}

/* How old keys are goes by the records alone; of a dossier that does not say, by firmware alone. */
static void judge_firmware(const struct review_input *in, struct review *r)
{
	const struct findings *found = &r->found;
	const uint8_t *of = r->verdict.of;
	bool is_dated = has_review_words(&r->dossier);
	struct blocklist_tpm t = {
		.maker = found->maker.maker,
		.model = found->maker.model,
		.version = found->maker.version,
		.has_firmware = of[CHECK_CERTIFY_SIGNATURE] == PASSED && of[CHECK_CERTIFY_SIGNER] == PASSED,
		.firmware = found->state.firmware,
		.errata = found->payload.tpm_errata,
	};
	if (is_dated) {
		const struct dossier *d = &r->dossier;
		t.ak = (struct blocklist_key){ blocklist_kind_of(found->ak_key.kind), d->ak_born };
		t.device = (struct blocklist_key){ blocklist_kind_of(found->device_key.kind), d->key_born };
	}
	r->is_partial |= !is_dated;
	blocklist_judge(in->blocklist, &t, &r->finding);
	blocklist_judge_rows(&r->finding, r->verdict.of);
}

/* Why nobody vouched, where the profile's word on attestation is the reason. */
static bool is_of_way(fault why)
{
	return why == FAIL(TPM_REQUIRED) || why == FAIL(TOK_MISSING);
}

/* Another word on attestation may send a device another way (policy/vouch.h): that proof is yet to come. */
static void judge_way(const struct review_input *in, struct review *r)
{
	const struct dossier *d = &r->dossier;
	enum vouch_by by = VOUCH_NOBODY;
	const struct vouch_case c = {
		.mode = (enum vouch_mode)in->rules.attestation,
		.has_tpm = r->found.has_tpm,
		.is_registered_key = d->named & DOSSIER_NAMED_KEY,
		.is_registered_label = d->named & DOSSIER_NAMED_LABEL,
		.has_token = d->named & DOSSIER_NAMED_TOKEN,
		.has_user = d->named & DOSSIER_NAMED_USER,
		.first = &r->verdict,
	};
	if (!c.mode || (!d->vouch && !is_of_way(r->why)))
		return;
	r->is_partial |= !has_review_words(d);
	if (!has_review_words(d))
		return;
	fault why = vouch_find(&c, &by);
	if (!why && by == (enum vouch_by)d->vouch)
		return;
	r->why = why;
	r->claims = (struct claims){ 0 };
}

/* --- the verdict ---------------------------------------------------------------------------------------- */

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
	bool is_tpm = is_vouch_tpm(by);
	TRY(judge_with_anchors(in, r));
	if (is_second && by != VOUCH_NOBODY)
		TRY(judge_conversation(r));
	if (is_second && is_tpm)
		judge_interval(r);
	TRY(copy_records(r));
	judge_class(in, r);
	if (in->blocklist && is_second && is_tpm)
		judge_firmware(in, r);
	vouch_require(by, is_second ? 2 : 1, &r->verdict);
	if (r->dossier.needs_token)
		vouch_require_subject(SUBJECT_TOKEN, &r->verdict);
	if (r->dossier.needs_user)
		vouch_require_subject(SUBJECT_USER, &r->verdict);
	r->claims = claims_of(&r->verdict, by);
	r->why = settle(r);
	judge_way(in, r);
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
