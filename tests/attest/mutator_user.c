/* Changes of the token of the device's user. */
#include "catalogue.h"

#include <string.h>

#include "test.h"

void mutator_by_user(struct model *m)
{
	CHECK(m->way == VOUCH_BY_USER);
}

void mutator_by_user_alone(struct model *m)
{
	CHECK(m->way == VOUCH_BY_USER_ALONE);
}

/* --- how it is signed ----------------------------------------------------------------------------------- */

static void sign_by_rsa(struct model *m, const char *algorithm)
{
	m->user.algorithm = algorithm;
	m->user.key_id = MODEL_USER_RSA;
	m->user.signer = m->idp.rsa;
}

void mutator_user_rs256(struct model *m)
{
	sign_by_rsa(m, "RS256");
}

void mutator_user_provider_unknown(struct model *m)
{
	m->answer.idp = model_flipped(m, m->answer.idp, 0);
}

void mutator_user_padded(struct model *m)
{
	m->answer.user_token = model_longer(m, m->answer.user_token, BYTES_TEXT("="));
}

void mutator_user_four_parts(struct model *m)
{
	m->answer.user_token = model_longer(m, m->answer.user_token, BYTES_TEXT(".e30"));
}

void mutator_user_critical(struct model *m)
{
	m->user.crit = "[\"exp\"]";
}

void mutator_user_unsigned(struct model *m)
{
	m->user.algorithm = "none";
	m->user.signer = NULL;
}

void mutator_user_none(struct model *m)
{
	m->user.algorithm = "none";
}

void mutator_user_hmac(struct model *m)
{
	sign_by_rsa(m, "HS256");
}

void mutator_user_unpinned(struct model *m)
{
	sign_by_rsa(m, "PS256");
}

void mutator_user_key_unknown(struct model *m)
{
	m->user.key_id = "ec-2";
}

void mutator_user_key_unnamed(struct model *m)
{
	m->user.key_id = NULL;
}

void mutator_user_key_other_kind(struct model *m)
{
	m->user.key_id = MODEL_USER_RSA;
}

void mutator_user_other_signer(struct model *m)
{
	m->user.signer = m->other_key;
}

/* The second part is another token's. */
void mutator_user_swapped(struct model *m)
{
	struct model_user other = m->user;
	other.name = "eve@contoso.example";
	struct bytes theirs = m->answer.user_token, ours = model_user_token(&other, &m->arena);
	struct bytes header = bytes_until(&theirs, '.'), payload;
	(void)bytes_until(&theirs, '.');
	(void)bytes_until(&ours, '.');
	payload = bytes_until(&ours, '.');
	const struct bytes parts[] = { BYTES_TEXT("."), payload, BYTES_TEXT("."), theirs };
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		header = model_longer(m, header, parts[i]);
	m->answer.user_token = header;
}

/* --- what it says --------------------------------------------------------------------------------------- */

void mutator_user_claims_twice(struct model *m)
{
	m->user.more = ",\"sub\":\"00u2\"";
}

void mutator_user_issuer_other(struct model *m)
{
	m->user.issuer = MODEL_USER_OTHER_ISSUER;
}

void mutator_user_issuer_longer(struct model *m)
{
	m->user.issuer = MODEL_USER_ISSUER "/";
}

void mutator_user_audience_other(struct model *m)
{
	m->user.audience = "[\"payroll\"]";
}

void mutator_user_party_other(struct model *m)
{
	m->user.party = "payroll";
}

void mutator_user_audience_shared(struct model *m)
{
	m->user.audience = "[\"payroll\",\"" MODEL_USER_AUDIENCE "\"]";
}

void mutator_user_audience_ours(struct model *m)
{
	mutator_user_audience_shared(m);
	m->user.party = MODEL_USER_AUDIENCE;
}

void mutator_user_early(struct model *m)
{
	m->user.not_before = m->now + USERTOKEN_SKEW_S + 1;
}

void mutator_user_issued_later(struct model *m)
{
	m->user.issued = m->now + USERTOKEN_SKEW_S + 1;
}

void mutator_user_expired(struct model *m)
{
	m->user.expires = m->now - USERTOKEN_SKEW_S;
}

void mutator_user_skewed(struct model *m)
{
	m->user.not_before = m->user.issued = m->now + USERTOKEN_SKEW_S;
	m->user.expires = m->now - USERTOKEN_SKEW_S + 1;
}

void mutator_user_endless(struct model *m)
{
	m->user.expires = 0;
}

void mutator_user_password_alone(struct model *m)
{
	m->user.amr = "[\"pwd\"]";
}

void mutator_user_amr_missing(struct model *m)
{
	m->user.amr = NULL;
}

void mutator_user_hardware_key(struct model *m)
{
	m->user.amr = "[\"hwk\"]";
}

void mutator_user_unnamed(struct model *m)
{
	m->user.name = NULL;
}

void mutator_user_without_subject(struct model *m)
{
	m->user.subject = NULL;
}

/* --- where and when it is used -------------------------------------------------------------------------- */

void mutator_user_other_provider(struct model *m)
{
	m->user.issuer = MODEL_USER_OTHER_ISSUER;
	m->user.audience = "\"" MODEL_USER_SERVICE "\"";
	m->user.party = MODEL_USER_AUDIENCE;
	m->user_idp = BYTES_OF(m->idp.other_id);
}

void mutator_user_used(struct model *m)
{
	m->place->happen(m->own, m, MODEL_USE_USER);
}

void mutator_user_token_missing(struct model *m)
{
	m->answer.user_token = m->answer.idp = (struct bytes){ 0 };
}
