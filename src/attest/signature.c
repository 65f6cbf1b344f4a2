#include "attest/signature.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "attest/handle.h"
#include "wire/der.h"

/*
 * One row per scheme of TPMU_SIGNATURE that is read; padding zero: ECC, or no scheme OpenSSL verifies here.
 */
static const struct scheme {
	uint16_t id;
	uint16_t type;
	int padding;
	bool is_verified;
} schemes[] = {
	{ ALG_RSASSA, ALG_RSA, RSA_PKCS1_PADDING, true },
	{ ALG_RSAPSS, ALG_RSA, RSA_PKCS1_PSS_PADDING, true },
	{ ALG_ECDSA, ALG_ECC, 0, true },
	{ ALG_ECDAA, ALG_ECC, 0, false },
	{ ALG_SM2, ALG_ECC, 0, false },
	{ ALG_ECSCHNORR, ALG_ECC, 0, false },
};

static const struct scheme *scheme_of(uint16_t id)
{
	for (size_t i = 0; i < COUNT_OF(schemes); i++)
		if (schemes[i].id == id)
			return &schemes[i];
	return NULL;
}

fault signature_parse(struct bytes in, struct signature *ret)
{
	struct rd r = rd_of(in);
	struct signature s = { 0 };
	s.scheme = rd_be16(&r);
	s.hash = rd_be16(&r);
	NEED(!r.bad, PARSE_LEN);
	const struct scheme *row = scheme_of(s.scheme);
	NEED(row && alg_hash_find(s.hash), PARSE_RANGE);
	bool is_ecc = row->type == ALG_ECC;
	s.a = rd_tpm2b(&r, is_ecc ? ALG_COORDINATE_MAX : ALG_RSA_MAX);
	if (is_ecc)
		s.b = rd_tpm2b(&r, ALG_COORDINATE_MAX);
	NEED(!r.bad && s.a.n && (s.b.n || !is_ecc), PARSE_LEN);
	NEED(is_rd_done(&r), PARSE_TRAILING);
	*ret = s;
	return NULL;
}

void signature_write(const struct signature *s, struct wr *w)
{
	const struct scheme *row = scheme_of(s->scheme);
	wr_be16(w, s->scheme);
	wr_be16(w, s->hash);
	wr_tpm2b(w, s->a);
	if (row && row->type == ALG_ECC)
		wr_tpm2b(w, s->b);
}

fault signature_check_scheme(const struct signature *s, const struct public *key)
{
	const struct scheme *row = scheme_of(s->scheme);
	NEED(row && row->is_verified && row->type == key->type && s->scheme == key->scheme, SIG_ALG);
	return NULL;
}

fault signature_check_hash(const struct signature *s, const struct public *key)
{
	const struct alg_hash *row = alg_hash_find(s->hash);
	NEED(row && row->evp && s->hash == key->scheme_hash, SIG_HASH);
	return NULL;
}

/* The octets OpenSSL verifies: an RSA signature as it is, r and s as Ecdsa-Sig-Value (RFC 3279 §2.2.3). */
static struct bytes signature_octets(const struct signature *s, const struct scheme *row, struct wr *w)
{
	if (row->type == ALG_RSA)
		return s->a;
	size_t whole = der_open(w, DER_SEQUENCE);
	der_put_magnitude(w, s->a);
	der_put_magnitude(w, s->b);
	der_close(w, whole);
	return wr_done(w);
}

static bool is_valid(EVP_PKEY *key, const struct signature *s, const struct scheme *row, struct bytes message)
{
	uint8_t der[2 * ALG_COORDINATE_MAX + 16];
	struct wr w = wr_of(der, sizeof(der));
	struct bytes octets = signature_octets(s, row, &w);
	AUTO(EVP_MD_CTX) *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL; /* of ctx */
	const EVP_MD *md = EVP_get_digestbyname(alg_hash_find(s->hash)->evp);
	if (!ctx || !md || EVP_DigestVerifyInit(ctx, &options, md, NULL, key) != 1)
		return false;
	if (row->padding && EVP_PKEY_CTX_set_rsa_padding(options, row->padding) != 1)
		return false;
	return EVP_DigestVerify(ctx, octets.p, octets.n, message.p, message.n) == 1;
}

fault signature_check(const struct signature *s, const struct public *key, struct bytes message)
{
	TRY(signature_check_scheme(s, key));
	TRY(signature_check_hash(s, key));
	AUTO(EVP_PKEY) *pkey = NULL;
	TRY(public_build_key(key, &pkey));
	bool is_good = is_valid(pkey, s, scheme_of(s->scheme), message);
	ERR_clear_error();
	NEED(is_good, SIG_INVALID);
	return NULL;
}
