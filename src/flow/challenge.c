#include "flow/challenge.h"

#include "attest/credential.h"
#include "attest/pcr.h"
#include "attest/verdict.h"
#include "flow/attempts.h"
#include "flow/checkin.h"
#include "flow/conflict.h"
#include "flow/refusal.h"
#include "flow/eklisting.h"
#include "flow/missing.h"
#include "flow/phase.h"
#include "flow/proofs.h"
#include "policy/vouch.h"

/* PCRs that firmware, boot loader and system extend; 16 and 23 can be reset by anybody (H104). */
#define CHALLENGE_PCRS 0x0000FFFF

/* Which way this device may prove itself; the refusal when there is none. */
static fault find_way(const struct flow *f, const struct begin_facts *facts, struct challenge_result *r,
		      enum vouch_by *ret)
{
	const struct naming *n = &r->naming;
	naming_judge(n, facts->class, r->first.of);
	const struct vouch_case c = {
		.mode = n->profile ? (enum vouch_mode)n->profile->attestation : (enum vouch_mode)0,
		.has_tpm = !facts->no_tpm.p,
		.is_registered_key = n->is_by_key,
		.is_registered_label = n->registration && !n->is_by_key,
		.has_token = n->token != NULL,
		.has_user = n->idp != NULL,
		.is_managed = n->shown != NULL,
		.is_plain = n->shown && !n->shown->ek_hash.p && facts->purpose == TRIP_RENEW,
		.first = &r->first,
	};
	r->by = vouch_by_of(&c);
	vouch_require(r->by, 1, &r->first);
	TRY(vouch_find(&c, ret));
	if (n->shown)
		return NULL;
	const struct provisioning_case device = phase_case(f, n, (enum trip_purpose)facts->purpose);
	return phase_check(f, &device, r->arena, &r->answer.detail);
}

static fault pcr_selection(struct arena *a, struct bytes *ret)
{
	struct pcr_selection s = pcr_of(ALG_SHA256, CHALLENGE_PCRS);
	uint8_t *p = arena_alloc(a, 64);
	NEED(p != NULL, SYS_MEMORY);
	struct wr w = wr_of(p, 64);
	pcr_write(&s, &w);
	NEED(!w.bad, BUG);
	*ret = wr_done(&w);
	return NULL;
}

/* What only a device with a TPM is asked: the secret of the credential and the PCRs of the quote. */
static fault draw_tpm(const struct begin_facts *facts, struct ticket *t, struct arena *a,
		      struct credential *c)
{
	t->ek_hash = facts->ek_hash;
	t->ek_hashes = facts->ek_hashes;
	t->ak_name = facts->ak_name;
	t->key = TRIP_KEY_TPM;
	TRY(pcr_selection(a, &t->pcr_selection));
	TRY(flow_random_new(TRIP_SECRET_SIZE, a, &c->secret));
	TRY(flow_random_new(CREDENTIAL_SEED_MAX, a, &c->seed));
	TRY(flow_hash(c->secret, a, &t->secret_hash));
	c->ek_public = facts->ek_public;
	c->ak_name = facts->ak_name;
	return NULL;
}

static fault draw(struct flow *f, const struct begin_facts *facts, const struct naming *n, enum vouch_by by,
		  struct challenge_result *ret)
{
	struct arena *a = ret->arena;
	struct ticket t = {
		.purpose = facts->purpose,
		.server_key_hash = facts->server_key_hash,
		.token_id = n->token ? n->token->id : (struct bytes){ 0 },
		.idp = n->idp ? n->idp->id : (struct bytes){ 0 },
		.registration = n->registration ? n->registration->id : (struct bytes){ 0 },
		.profile = n->profile->id,
		.vouch = by,
		.key = TRIP_KEY_SOFTWARE,
		.issued = (uint64_t)f->now,
		.expires = (uint64_t)f->now + f->limits->ticket_s,
		.outcomes = facts->outcomes,
		.device = n->shown ? n->shown->id : (struct bytes){ 0 },
	};
	TRY(flow_random_new(TRIP_ID_SIZE, a, &t.id));
	TRY(flow_random_new(TRIP_NONCE_SIZE, a, &t.nonce));
	if (is_vouch_tpm(by))
		TRY(draw_tpm(facts, &t, a, &ret->credential));
	struct challenge c = {
		.id = t.id,
		.nonce = t.nonce,
		.pcr_selection = t.pcr_selection,
		.key = t.key,
		.time = (uint64_t)f->now,
		.lifetime_s = f->limits->ticket_s,
		.failure = n->profile->failure,
		.timeout_s = n->profile->timeout_s,
	};
	TRY(flow_seal(f, &t, a, &c.ticket));
	ret->has_credential = is_vouch_tpm(by);
	ret->answer = (struct flow_answer){ .status = 200, .content = FRAME_CONTENT_CBOR };
	TRY(flow_encode(&challenge_message, &c, a, &ret->answer.body));
	ret->credential.challenge = ret->answer.body;
	return NULL;
}

fault challenge_refuse(struct flow *f, const struct begin_facts *facts, const struct challenge_result *r,
		       fault why)
{
	struct filing filing = FILING_OF(facts);
	if (why == FAIL(EK_CHAIN_UNTRUSTED))
		TRY(missing_put(f, facts->missing, facts->ek_hash));
	if (why == FAIL(CRL_MISSING))
		TRY(eklisting_put(f, &facts->unlisted));
	TRY(proofs_refuse(f, r->naming.shown, facts->purpose, why, r->arena));
	filing.verdict = &r->first;
	filing.by = r->by;
	filing.naming = &r->naming;
	struct store_refusal *row = REFUSAL_OF(facts, 1);
	filing.why = why;
	TRY(refusal_put(f, row, &filing, r->arena));
	return conflict_put(f, &r->naming, facts->anchor, row);
}

fault challenge_build(struct flow *f, const struct begin_facts *facts, struct arena *a,
		      struct challenge_result *ret)
{
	struct naming_of of = { .ek_hash = facts->ek_hash,
				.serial = facts->serial,
				.token_id = facts->token_id,
				.idp = facts->idp,
				.class = facts->class };
	const struct checkin_shown shown = { facts->shown_serial, facts->shown_hash };
	enum vouch_by by = VOUCH_NOBODY;
	const struct attempts_who who = { facts->ek_hash, facts->peer };
	*ret = (struct challenge_result){ .arena = a };
	ret->answer.why = attempts_check(f->attempts, &who, f->now, &ret->answer.retry_after_s);
	if (ret->answer.why)
		return NULL;
	TRY(verdict_parse(facts->outcomes, &ret->first));
	TRY(checkin_find_shown(f, facts->purpose, &shown, a, &of.shown));
	of.is_recovery = facts->purpose == TRIP_RECOVER;
	TRY(naming_find(f, &of, a, &ret->naming));
	TRY(find_way(f, facts, ret, &by));
	TRY(eklisting_put(f, &facts->unlisted));
	return draw(f, facts, &ret->naming, by, ret);
}
