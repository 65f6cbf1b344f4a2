#include "flow/judgement.h"

#include "attest/alg.h"
#include "attest/conversation.h"
#include "base/secret.h"
#include "cert/subject.h"
#include "cert/token.h"
#include "flow/phase.h"

static void judge(struct verdict *v, enum check_id check, bool passed)
{
	verdict_judge(v->of, check, passed);
}

/* Absent is equal to nothing, not even to absent. */
static bool is_same(struct bytes a, struct bytes b)
{
	return a.n && b.n && is_bytes_equal(a, b);
}

static fault judge_ticket(const struct flow *f, const struct answer_facts *facts, const struct ticket *t,
			  struct verdict *v)
{
	uint8_t hash[32];
	TRY(alg_sha256(facts->secret, hash));
	const struct conversation c = {
		.ticket = t,
		.now = f->now,
		.purpose = facts->purpose,
		.id = facts->id,
		.nonce = facts->nonce,
		.server_key_hash = facts->server_key_hash,
		.ek_hash = facts->ek_hash,
		.ak_name = facts->ak_name,
		.pcr_selection = facts->pcr_selection,
		.secret_hash = facts->secret.p ? BYTES_OF(hash) : (struct bytes){ 0 },
	};
	conversation_judge(&c, v->of);
	return NULL;
}

/* The device itself, or a retired record of the same TPM, whose keys go with it. */
static bool is_own_key(const struct store_device *holder, struct bytes own, struct bytes ek_hash)
{
	if (!holder || is_same(holder->id, own))
		return true;
	return holder->state == STORE_DEVICE_RETIRED && is_same(holder->ek_hash, ek_hash);
}

/* A key belongs to one device: nobody else may present it. */
static fault judge_sharing(struct flow *f, const struct answer_facts *facts, struct bytes own,
			   struct judgement *j)
{
	struct arena a;
	struct store_device *by_ak = NULL, *by_key = NULL;
	const struct subject subject = { (enum frame_key)facts->key, facts->key_a, facts->key_b };
	const struct spki key = subject_spki(&subject);
	j->has_key = !alg_spki_hash(&key, j->key_hash);
	arena_init(&a, 16384);
	fault why =
		facts->ak_name.p ? store_device_find_by_ak_name(f->store, facts->ak_name, &a, &by_ak) : NULL;
	if (!why && j->has_key)
		why = store_device_find_by_key_hash(f->store, BYTES_OF(j->key_hash), &a, &by_key);
	bool is_ak_free = is_own_key(by_ak, own, facts->ek_hash);
	bool is_key_free = is_own_key(by_key, own, facts->ek_hash);
	judge(&j->verdict, CHECK_AK_UNSHARED, is_ak_free);
	judge(&j->verdict, CHECK_KEY_UNSHARED, is_key_free);
	const struct store_device *sharer = !is_ak_free ? by_ak : !is_key_free ? by_key : NULL;
	if (sharer && !bytes_copy(sharer->id, j->sharer, sizeof(j->sharer)))
		why = FAIL(BUG);
	arena_done(&a);
	return why;
}

static fault judge_token(const struct flow *f, const struct answer_facts *facts, const struct naming *n,
			 struct verdict *v)
{
	const struct store_token *t = n->token;
	uint8_t hash[TOKEN_HASH_SIZE];
	judge(v, CHECK_TOKEN_KNOWN, false);
	if (!t || !facts->token_secret.p)
		return NULL;
	TRY(token_hash(TOKEN_ENROLMENT, t->id, facts->token_secret, hash));
	bool is_ours = is_secret_equal(BYTES_OF(hash), t->hash) && !t->revoked;
	judge(v, CHECK_TOKEN_KNOWN, is_ours);
	if (!is_ours)
		return NULL;
	judge(v, CHECK_TOKEN_TIME, f->now < t->expires);
	judge(v, CHECK_TOKEN_UNUSED, t->uses < t->uses_max);
	judge(v, CHECK_TOKEN_SCOPE,
	      facts->purpose == TRIP_ENROLL && n->profile && is_same(t->profile, n->named_profile));
	return NULL;
}

/* verify has judged the token; whether it is one that may be used here and now is for the records. */
static fault judge_user(struct flow *f, const struct answer_facts *facts, const struct ticket *ticket,
			struct judgement *j)
{
	uint64_t uses;
	if (!facts->user.p)
		return NULL;
	NEED(!message_parse(&user_message, facts->user, &j->user), SYS_FRAME);
	judge(&j->verdict, CHECK_USER_TICKET, ticket && is_same(j->user.idp, ticket->idp));
	TRY(store_idp_count_uses(f->store, j->user.digest, &uses));
	judge(&j->verdict, CHECK_USER_UNUSED, uses == 0);
	return NULL;
}

struct blocking_case judgement_case(const struct judgement *j, const struct answer_facts *facts)
{
	const uint8_t *of = j->verdict.of;
	return (struct blocking_case){
		.facts = facts,
		.key_hash = j->has_key ? BYTES_OF(j->key_hash) : (struct bytes){ 0 },
		.is_firmware_signed = of[CHECK_CERTIFY_SIGNATURE] == PASSED &&
				      of[CHECK_CERTIFY_SIGNER] == PASSED,
	};
}

static fault judge_firmware(struct flow *f, const struct answer_facts *facts, struct judgement *j)
{
	const struct blocking_case c = judgement_case(j, facts);
	TRY(blocking_find_births(f, &c, &j->births));
	blocking_judge(f, &c, &j->births, &j->finding);
	blocklist_judge_rows(&j->finding, j->verdict.of);
	return NULL;
}

/*
 * A device that showed its certificate signed with its key; one that proves the key of before has it as
 * well. What a TPM told of itself is nothing beside another's.
 */
static void judge_interval(const struct answer_facts *facts, const struct naming *n, struct judgement *j)
{
	const struct store_device *d = n->device;
	const uint8_t *of = j->verdict.of;
	const struct interval_state now = { facts->clock, facts->reset_count, facts->restart_count,
					    facts->firmware, facts->clock_safe };
	struct interval_state before = { 0 };
	bool is_signed = of[CHECK_QUOTE_SIGNATURE] == PASSED && of[CHECK_QUOTE_SIGNER] == PASSED;
	bool is_kept = d && j->has_key && is_same(d->key_hash, BYTES_OF(j->key_hash));
	bool is_alive = is_kept || (n->shown && d && d->ek_hash.p);
	if (!is_signed)
		return;
	if (d && (is_alive || is_same(d->ek_hash, facts->ek_hash)))
		before = (struct interval_state){ d->clock, d->reset_count, d->restart_count, d->firmware,
						  true };
	interval_judge(&before, &now, is_alive, &j->interval);
	judge(&j->verdict, CHECK_COUNTS_ONWARD, !(j->interval.meanings & INTERVAL_BIT(ROLLED_BACK)));
	judge(&j->verdict, CHECK_CLOCK_ONWARD, !(j->interval.meanings & INTERVAL_BIT(CLOCK_BACK)));
}

static bool is_attended(const struct flow *f, const struct answer_facts *facts, const struct naming *n)
{
	if (!n->profile || n->shown)
		return false;
	const struct provisioning_case c = phase_case(f, n, (enum trip_purpose)facts->purpose);
	return is_provisioning_attended(&c);
}

static void require(const struct flow *f, const struct answer_facts *facts, const struct naming *n,
		    struct judgement *j)
{
	const struct vouch_words w = {
		.is_registered = n->registration || n->shown,
		.is_attended = is_attended(f, facts, n),
		.has_token = n->token,
		.has_user = j->needs_user,
	};
	j->needs_token = is_vouch_token_needed(j->by, &w);
	vouch_require(j->by, 2, &j->verdict);
	if (j->needs_token)
		vouch_require_subject(SUBJECT_TOKEN, &j->verdict);
	if (j->needs_user)
		vouch_require_subject(SUBJECT_USER, &j->verdict);
}

fault judgement_build(struct flow *f, const struct answer_facts *facts, const struct ticket *ticket,
		      const struct naming *n, struct judgement *ret)
{
	struct judgement j = { 0 };
	TRY(verdict_parse(facts->outcomes, &j.verdict));
	TRY(judge_ticket(f, facts, ticket, &j.verdict));
	TRY(judge_token(f, facts, n, &j.verdict));
	naming_judge(n, facts->class, j.verdict.of);
	/*
	 * Who vouches was decided with the challenge: a registration that changed since does not change the
	 * proof.
	 */
	j.by = ticket ? (enum vouch_by)ticket->vouch : VOUCH_BY_CERTIFICATE;
	bool is_tpm = is_vouch_tpm(j.by);
	j.needs_user = ticket && ticket->idp.p;
	TRY(judge_user(f, facts, ticket, &j));
	bool is_own = n->device && (is_tpm || n->shown);
	TRY(judge_sharing(f, facts, is_own ? n->device->id : (struct bytes){ 0 }, &j));
	if (is_tpm) {
		TRY(judge_firmware(f, facts, &j));
		judge_interval(facts, n, &j);
	}
	require(f, facts, n, &j);
	j.claims = claims_of(&j.verdict, j.by);
	*ret = j;
	return NULL;
}

bool is_judgement_firmware(fault why)
{
	return why == FAIL(FIRMWARE_VULNERABLE) || why == FAIL(KEY_BEFORE_FIX);
}

bool is_judgement_back(fault why)
{
	return why == FAIL(TPM_ROLLED_BACK) || why == FAIL(CLOCK_REGRESSION);
}

const struct store_device *judgement_find_failed(const struct naming *n, fault why)
{
	return n->shown || !is_judgement_firmware(why) ? n->shown : n->device;
}

const char *judgement_detail(const struct judgement *j, fault why, struct arena *a)
{
	char text[BLOCKLIST_DETAIL_SIZE], changes[INTERVAL_TEXT_SIZE];
	if (is_judgement_back(why))
		return arena_format(a, "%s", interval_text(&j->interval, 0, changes));
	if (!is_judgement_firmware(why))
		return NULL;
	return arena_format(a, "%s", blocklist_text(&j->finding, text));
}
