#include "attest/usertoken.h"

#include <string.h>

#include "attest/alg.h"
#include "attest/jws.h"
#include "attest/verdict.h"
#include "wire/jose.h"

/* One judgement under way. */
struct trial {
	const struct usertoken_case *c;
	const struct idp *by;
	struct arena *a;
	uint8_t *outcomes;
	struct jose_signed signature;
	struct idp_key key;
	struct jose_claims claims;
};

static bool judge(struct trial *t, enum check_id check, bool passed)
{
	verdict_judge(t->outcomes, check, passed);
	return t->outcomes[check] == PASSED;
}

/* --- the signature -------------------------------------------------------------------------------------- */

static bool is_single(uint64_t bits)
{
	return bits && !(bits & (bits - 1));
}

static fault judge_signature(struct trial *t, bool *ret_good)
{
	fault why = jose_parse(t->c->token, t->a, &t->signature);
	NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
	*ret_good = false;
	if (!judge(t, CHECK_USER_FORM, !why))
		return NULL;
	uint64_t algorithm = t->signature.algorithm;
	if (!judge(t, CHECK_USER_ALGORITHM, is_single(algorithm) && algorithm & t->by->algorithms))
		return NULL;
	/* A key of another kind is no key for this. */
	bool has_key =
		has_jws_key(&t->by->keys, t->signature.key_id, &t->key) && t->key.algorithms & algorithm;
	if (judge(t, CHECK_USER_KEY, has_key))
		*ret_good = judge(t, CHECK_USER_SIGNATURE, is_jws_signed(&t->signature, &t->key));
	return NULL;
}

/* --- the claims ----------------------------------------------------------------------------------------- */

static bool has_text(const struct bytes_list *list, struct bytes text)
{
	for (size_t i = 0; i < list->n; i++)
		if (is_bytes_equal(list->v[i], text))
			return true;
	return false;
}

/* Whether one of the words, a blank between, is among the texts. */
static bool has_word(struct bytes words, const struct bytes_list *texts)
{
	while (words.p) {
		struct bytes word = bytes_until(&words, ' ');
		if (word.n && has_text(texts, word))
			return true;
	}
	return false;
}

static bool is_strong(const struct idp *by, const struct jose_claims *c)
{
	const struct bytes_list acr = { c->acr.p ? 1 : 0, { c->acr } };
	return (!by->amr.p || has_word(by->amr, &c->amr)) && (!by->acr.p || has_word(by->acr, &acr));
}

/*
 * Others who read it must not be able to use it here (OpenID Connect Core 1.0 §3.1.3.7); and an access token
 * says who was given it (RFC 9068 §2.2), for other clients are given tokens for the same audience.
 */
static bool is_party(const struct idp *by, const struct jose_claims *c)
{
	bool is_ours_alone = c->audience.n == 1 && is_bytes_equal(by->audience, by->client);
	return c->party.p ? is_bytes_equal(c->party, by->client) : is_ours_alone;
}

static bool is_equal(struct bytes a, struct bytes b)
{
	return a.p && is_bytes_equal(a, b);
}

static fault judge_claims(struct trial *t)
{
	const struct idp *by = t->by;
	struct jose_claims *c = &t->claims;
	int64_t now = t->c->now;
	fault why = jose_parse_claims(t->signature.payload, by, t->a, c);
	NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
	if (!judge(t, CHECK_USER_CLAIMS, !why))
		return NULL;
	judge(t, CHECK_USER_ISSUER, is_equal(c->issuer, by->issuer));
	judge(t, CHECK_USER_AUDIENCE, has_text(&c->audience, by->audience));
	judge(t, CHECK_USER_PARTY, is_party(by, c));
	judge(t, CHECK_USER_BEGUN,
	      c->not_before <= now + USERTOKEN_SKEW_S && c->issued <= now + USERTOKEN_SKEW_S);
	judge(t, CHECK_USER_TIME, c->expires > now - USERTOKEN_SKEW_S);
	judge(t, CHECK_USER_MFA, is_strong(by, c));
	judge(t, CHECK_USER_NAMED, c->subject.n && c->name.n);
	return NULL;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static bool has_passed(const uint8_t *outcomes)
{
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		const struct verdict_check *row = &verdict_checks[i];
		if (row->subject == SUBJECT_USER && row->by == BY_VERIFY && outcomes[i] != PASSED)
			return false;
	}
	return true;
}

static fault fill(const struct trial *t, struct user *ret)
{
	uint8_t *digest = arena_alloc(t->a, IDPLIST_HASH_SIZE);
	NEED(digest != NULL, SYS_MEMORY);
	TRY(alg_sha256(t->signature.input, digest));
	*ret = (struct user){ .idp = t->by->id,
			      .subject = t->claims.subject,
			      .name = t->claims.name,
			      .groups = t->claims.groups,
			      .digest = bytes_of(digest, IDPLIST_HASH_SIZE),
			      .expires = (uint64_t)t->claims.expires };
	return NULL;
}

/* The provider as it vouches for administrators, in `admin`; NULL when it does not. */
static const struct idp *find(const struct usertoken_case *c, struct idp *admin)
{
	const struct idp *by = idplist_find(c->idps, c->idp);
	if (!by || !c->is_admin)
		return by;
	*admin = *by;
	admin->audience = admin->client = by->admin_client;
	return by->admin_client.p ? admin : NULL;
}

fault usertoken_judge(const struct usertoken_case *c, struct arena *a, uint8_t *outcomes, struct user *ret)
{
	bool is_good;
	struct idp admin;
	struct trial t = { .c = c, .by = find(c, &admin), .a = a, .outcomes = outcomes };
	*ret = (struct user){ 0 };
	if (!judge(&t, CHECK_USER_PROVIDER, t.by != NULL) || !t.by)
		return NULL;
	TRY(judge_signature(&t, &is_good));
	if (is_good)
		TRY(judge_claims(&t));
	return has_passed(outcomes) ? fill(&t, ret) : NULL;
}
