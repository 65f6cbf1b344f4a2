#include "attest/idtoken.h"

#include "attest/verdict.h"
#include "wire/jose.h"

/* The first row of the user's that did not pass. */
static fault fault_of(const uint8_t *outcomes)
{
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		const struct verdict_check *row = &verdict_checks[i];
		if (row->subject == SUBJECT_USER && row->by == BY_VERIFY && outcomes[i] != PASSED)
			return row->why;
	}
	return NULL;
}

/* What the claims say besides; whose they are is proved by now. */
static fault read_rest(const struct idtoken_case *c, struct arena *a, struct idtoken_user *ret)
{
	struct jose_signed s;
	struct jose_claims claims;
	TRY(jose_parse(c->token, a, &s));
	TRY(jose_parse_claims(s.payload, idplist_find(c->idps, c->idp), a, &claims));
	NEED(c->nonce.n && claims.nonce.p && is_bytes_equal(claims.nonce, c->nonce), TOK_NONCE);
	ret->is_cut = claims.is_cut;
	return NULL;
}

fault idtoken_judge(const struct idtoken_case *c, struct arena *a, struct idtoken_user *ret)
{
	uint8_t outcomes[CHECK_COUNT] = { 0 };
	struct idtoken_user got = { .is_cut = false };
	const struct usertoken_case of = {
		.idp = c->idp, .token = c->token, .idps = c->idps, .now = c->now, .is_admin = true,
	};
	TRY(usertoken_judge(&of, a, outcomes, &got.user));
	TRY(fault_of(outcomes));
	TRY(read_rest(c, a, &got));
	*ret = got;
	return NULL;
}
