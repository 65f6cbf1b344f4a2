#include "attest/jws.h"

#include <cjose/jwk.h>
#include <cjose/jws.h>

#define P256_SIGNATURE_SIZE 64

bool has_jws_key(const struct bytes_list *keys, struct bytes id, struct idp_key *ret)
{
	for (size_t i = 0; i < keys->n; i++)
		if (!message_parse(&idp_key_message, keys->v[i], ret) && is_bytes_equal(ret->id, id))
			return true;
	return false;
}

/* cjose takes numbers it does not change through pointers to what it could. */
static uint8_t *number_of(struct bytes b)
{
	return (uint8_t *)(uintptr_t)b.p;
}

static cjose_jwk_t *jwk_new(const struct idp_key *k)
{
	const cjose_jwk_rsa_keyspec rsa = {
		.n = number_of(k->a), .nlen = k->a.n, .e = number_of(k->b), .elen = k->b.n
	};
	const cjose_jwk_ec_keyspec ec = { .crv = CJOSE_JWK_EC_P_256,
					  .x = number_of(k->a),
					  .xlen = k->a.n,
					  .y = number_of(k->b),
					  .ylen = k->b.n };
	return k->kind == IDP_RSA ? cjose_jwk_create_RSA_spec(&rsa, NULL)
				  : cjose_jwk_create_EC_spec(&ec, NULL);
}

bool is_jws_signed(const struct jose_signed *s, const struct idp_key *k)
{
	/* cjose passes over octets behind r and s (RFC 7518 §3.4). */
	if (s->signature.n != (k->kind == IDP_RSA ? k->a.n : P256_SIGNATURE_SIZE))
		return false;
	cjose_jwk_t *key = jwk_new(k);
	cjose_jws_t *jws = cjose_jws_import((const char *)s->text.p, s->text.n, NULL);
	bool is_good = key && jws && cjose_jws_verify(jws, key, NULL);
	cjose_jws_release(jws);
	cjose_jwk_release(key);
	return is_good;
}
