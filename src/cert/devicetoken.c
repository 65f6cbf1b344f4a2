#include "cert/devicetoken.h"

#include "attest/jws.h"
#include "base/text.h"
#include "cert/jwt.h"

/* A token under way. */
struct trial {
	const struct devicetoken_trust *trust;
	struct arena *a;
	struct jose_signed signature;
	struct idp_key key;
	struct jose_claims claims;
	uint8_t *device_id;
};

static bool is_algorithm(struct trial *t)
{
	return t->signature.algorithm == IDP_ES256;
}

static bool is_type(struct trial *t)
{
	return is_bytes_text(t->signature.type, JWT_TYPE);
}

static bool has_key(struct trial *t)
{
	return t->signature.key_id.p && has_jws_key(&t->trust->keys, t->signature.key_id, &t->key) &&
	       t->key.kind == IDP_P256;
}

static bool is_signed(struct trial *t)
{
	return is_jws_signed(&t->signature, &t->key);
}

static bool is_ours(struct trial *t)
{
	return t->claims.issuer.p && is_bytes_equal(t->claims.issuer, t->trust->url);
}

static bool is_for_nobody_else(struct trial *t)
{
	return t->claims.audience.n == 0;
}

static bool is_whole(struct trial *t)
{
	const struct jose_claims *c = &t->claims;
	return text_uuid_parse(c->subject, t->device_id) && c->key.n == JWT_THUMBPRINT_SIZE - 1 &&
	       c->issued && c->not_before == c->issued && c->expires > c->issued;
}

/* In the order of asking: nothing that a token claims is read before its signature is right. */
static const struct rule {
	bool (*is_met)(struct trial *t);
	const char *otherwise;
} of_signature[] = {
	{ is_algorithm, "It is not signed with ES256." },
	{ is_type, "It is a signed statement of another kind than device tokens." },
	{ has_key, "Its kid is none of the keys of /.well-known/jwks.json." },
	{ is_signed, "Its signature is wrong: it was altered, or made by somebody else." },
}, of_claims[] = {
	{ is_ours, "Another server issued it (iss)." },
	{ is_for_nobody_else, "It is for somebody else (aud)." },
	{ is_whole, "It does not say what a device token says." },
};

static fault check(struct trial *t, const struct rule *rules, size_t n, const char **ret_detail)
{
	for (size_t i = 0; i < n; i++) {
		*ret_detail = rules[i].otherwise;
		NEED(rules[i].is_met(t), DEVICE_TOKEN_INVALID);
	}
	*ret_detail = NULL;
	return NULL;
}

/* Whatever it is that cannot be read. */
static fault refuse(fault why)
{
	return why && why != FAIL(SYS_MEMORY) ? FAIL(DEVICE_TOKEN_INVALID) : why;
}

fault devicetoken_parse(struct bytes text, const struct devicetoken_trust *trust, struct arena *a,
			struct devicetoken *ret, const char **ret_detail)
{
	struct trial t = { .trust = trust, .a = a, .device_id = arena_alloc(a, 16) };
	NEED(t.device_id != NULL, SYS_MEMORY);
	*ret_detail = "It is no signed JSON Web Token.";
	TRY(refuse(jose_parse(text, a, &t.signature)));
	TRY(check(&t, of_signature, COUNT_OF(of_signature), ret_detail));
	*ret_detail = "Its claims cannot be read.";
	TRY(refuse(jose_parse_claims(t.signature.payload, NULL, a, &t.claims)));
	TRY(check(&t, of_claims, COUNT_OF(of_claims), ret_detail));
	*ret = (struct devicetoken){ bytes_of(t.device_id, 16), t.claims.key, t.claims.issued,
				     t.claims.expires };
	return NULL;
}
