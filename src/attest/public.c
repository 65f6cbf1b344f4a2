#include "attest/public.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

#include "attest/handle.h"

#define RESERVED_ATTRIBUTES                                                                                \
	(~(uint32_t)(PUBLIC_FIXED_TPM | PUBLIC_ST_CLEAR | PUBLIC_FIXED_PARENT |                            \
		     PUBLIC_SENSITIVE_DATA_ORIGIN | PUBLIC_USER_WITH_AUTH | PUBLIC_ADMIN_WITH_POLICY |     \
		     PUBLIC_NO_DA | PUBLIC_ENCRYPTED_DUPLICATION | PUBLIC_RESTRICTED | PUBLIC_DECRYPT |    \
		     PUBLIC_SIGN | PUBLIC_X509_SIGN))

#define POINT_UNCOMPRESSED 4

static const uint8_t default_exponent[] = { 1, 0, 1 };

/* What follows an algorithm id in TPMT_RSA_SCHEME, TPMT_ECC_SCHEME and TPMT_KDF_SCHEME (Part 2 §11.2). */
enum { OF_KDF = 0 };
static const struct detail {
	uint16_t of; /* ALG_RSA, ALG_ECC or OF_KDF */
	uint16_t id;
	bool has_hash, has_count;
} details[] = {
	{ ALG_RSA, ALG_NULL, false, false },
	{ ALG_RSA, ALG_RSASSA, true, false },
	{ ALG_RSA, ALG_RSAPSS, true, false },
	{ ALG_RSA, ALG_RSAES, false, false },
	{ ALG_RSA, ALG_OAEP, true, false },
	{ ALG_ECC, ALG_NULL, false, false },
	{ ALG_ECC, ALG_ECDSA, true, false },
	{ ALG_ECC, ALG_ECDH, true, false },
	{ ALG_ECC, ALG_ECDAA, true, true },
	{ ALG_ECC, ALG_SM2, true, false },
	{ ALG_ECC, ALG_ECSCHNORR, true, false },
	{ ALG_ECC, ALG_ECMQV, true, false },
	{ OF_KDF, ALG_NULL, false, false },
	{ OF_KDF, ALG_MGF1, true, false },
	{ OF_KDF, ALG_KDF1_SP800_56A, true, false },
	{ OF_KDF, ALG_KDF2, true, false },
	{ OF_KDF, ALG_KDF1_SP800_108, true, false },
};

static const struct detail *detail_of(uint16_t of, uint16_t id)
{
	for (size_t i = 0; i < COUNT_OF(details); i++)
		if (details[i].of == of && details[i].id == id)
			return &details[i];
	return NULL;
}

/* TPMT_SYM_DEF_OBJECT (TPM 2.0 Part 2 §11.1.7). */
static fault get_symmetric(struct rd *r, struct public *p)
{
	p->symmetric = rd_be16(r);
	NEED(!r->bad, PARSE_LEN);
	if (p->symmetric == ALG_NULL)
		return NULL;
	p->symmetric_bits = rd_be16(r);
	p->symmetric_mode = rd_be16(r);
	NEED(!r->bad, PARSE_LEN);
	uint16_t id = p->symmetric, bits = p->symmetric_bits, mode = p->symmetric_mode;
	NEED(id == ALG_AES || id == ALG_SM4 || id == ALG_CAMELLIA, PARSE_RANGE);
	NEED(bits == 128 || bits == 192 || bits == 256, PARSE_RANGE);
	NEED(mode == ALG_NULL || (mode >= ALG_CTR && mode <= ALG_ECB), PARSE_RANGE);
	return NULL;
}

static fault get_hash(struct rd *r, uint16_t *ret)
{
	uint16_t id = rd_be16(r);
	NEED(!r->bad, PARSE_LEN);
	NEED(alg_hash_find(id), PARSE_RANGE);
	*ret = id;
	return NULL;
}

static fault get_scheme(struct rd *r, struct public *p)
{
	p->scheme = rd_be16(r);
	NEED(!r->bad, PARSE_LEN);
	const struct detail *d = detail_of(p->type, p->scheme);
	NEED(d, PARSE_RANGE);
	if (d->has_hash)
		TRY(get_hash(r, &p->scheme_hash));
	if (d->has_count)
		p->scheme_count = rd_be16(r);
	return NULL;
}

static fault get_kdf(struct rd *r, struct public *p)
{
	p->kdf = rd_be16(r);
	NEED(!r->bad, PARSE_LEN);
	const struct detail *d = detail_of(OF_KDF, p->kdf);
	NEED(d, PARSE_RANGE);
	return d->has_hash ? get_hash(r, &p->kdf_hash) : NULL;
}

/* TPMS_RSA_PARMS from the size on, and TPM2B_PUBLIC_KEY_RSA (TPM 2.0 Part 2 §12.2.3.5, §11.2.4.5). */
static fault get_rsa(struct rd *r, struct public *p)
{
	p->bits = rd_be16(r);
	struct bytes exponent = rd_bytes(r, 4);
	NEED(!r->bad, PARSE_LEN);
	NEED(is_alg_rsa_size(p->bits), PARSE_RANGE);
	struct rd number = rd_of(exponent);
	p->exponent = rd_be32(&number);
	p->b = p->exponent ? bytes_magnitude(exponent) : BYTES_OF(default_exponent);
	p->a = rd_tpm2b(r, ALG_RSA_MAX);
	NEED(!r->bad && p->a.n == p->bits / 8, PARSE_LEN);
	return NULL;
}

/* TPMS_ECC_PARMS from the curve on, and TPMS_ECC_POINT (TPM 2.0 Part 2 §12.2.3.6, §11.2.5.2). */
static fault get_ecc(struct rd *r, struct public *p)
{
	p->curve = rd_be16(r);
	NEED(!r->bad, PARSE_LEN);
	const struct alg_curve *c = alg_curve_find(p->curve);
	NEED(c, PARSE_RANGE);
	TRY(get_kdf(r, p));
	p->a = rd_tpm2b(r, c->width);
	p->b = rd_tpm2b(r, c->width);
	NEED(!r->bad && p->a.n && p->b.n, PARSE_LEN);
	return NULL;
}

fault public_parse(struct bytes in, struct public *ret)
{
	struct rd r = rd_of(in);
	struct public p = { .whole = in };
	p.type = rd_be16(&r);
	p.name_alg = rd_be16(&r);
	p.attributes = rd_be32(&r);
	p.policy = rd_tpm2b(&r, ALG_DIGEST_MAX);
	NEED(!r.bad, PARSE_LEN);
	NEED(p.type == ALG_RSA || p.type == ALG_ECC, PARSE_RANGE);
	NEED((p.attributes & RESERVED_ATTRIBUTES) == 0, PARSE_ATTRS);
	const struct alg_hash *hash = alg_hash_find(p.name_alg);
	NEED(p.policy.n == 0 || !hash || p.policy.n == hash->size, PARSE_LEN);
	TRY(get_symmetric(&r, &p));
	TRY(get_scheme(&r, &p));
	TRY(p.type == ALG_RSA ? get_rsa(&r, &p) : get_ecc(&r, &p));
	NEED(is_rd_done(&r), PARSE_TRAILING);
	*ret = p;
	return NULL;
}

static void put_detail(struct wr *w, uint16_t of, const uint16_t words[static 3])
{
	const struct detail *d = detail_of(of, words[0]);
	if (!d) {
		w->bad = true;
		return;
	}
	wr_be16(w, words[0]);
	if (d->has_hash)
		wr_be16(w, words[1]);
	if (d->has_count)
		wr_be16(w, words[2]);
}

void public_write(const struct public *p, struct wr *w)
{
	wr_be16(w, p->type);
	wr_be16(w, p->name_alg);
	wr_be32(w, p->attributes);
	wr_tpm2b(w, p->policy);
	wr_be16(w, p->symmetric);
	if (p->symmetric != ALG_NULL) {
		wr_be16(w, p->symmetric_bits);
		wr_be16(w, p->symmetric_mode);
	}
	put_detail(w, p->type, (uint16_t[]){ p->scheme, p->scheme_hash, p->scheme_count });
	if (p->type == ALG_RSA) {
		wr_be16(w, p->bits);
		wr_be32(w, p->exponent);
		wr_tpm2b(w, p->a);
		return;
	}
	wr_be16(w, p->curve);
	put_detail(w, OF_KDF, (uint16_t[]){ p->kdf, p->kdf_hash, 0 });
	wr_tpm2b(w, p->a);
	wr_tpm2b(w, p->b);
}

fault public_name(const struct public *p, struct name *ret)
{
	return name_build(p->name_alg, p->whole, ret);
}

struct spki public_spki(const struct public *p)
{
	const struct alg_curve *c = p->type == ALG_ECC ? alg_curve_find(p->curve) : NULL;
	if (p->type == ALG_RSA)
		return (struct spki){ .kind = SPKI_RSA, .a = p->a, .b = p->b };
	if (c && c->kind != SPKI_NONE)
		return (struct spki){ .kind = c->kind, .a = p->a, .b = p->b };
	return (struct spki){ 0 };
}

fault public_hash(const struct public *p, uint8_t ret[static 32])
{
	const struct spki key = public_spki(p);
	return alg_spki_hash(&key, ret);
}

bool is_public_same_key(const struct public *a, const struct public *b)
{
	return a->type == b->type && a->curve == b->curve &&
	       is_bytes_equal(bytes_magnitude(a->a), bytes_magnitude(b->a)) &&
	       is_bytes_equal(bytes_magnitude(a->b), bytes_magnitude(b->b));
}

/* SP 800-56B §6.4.2.2 as far as it costs nothing: OpenSSL takes any two numbers. */
static bool is_rsa_plausible(const struct public *p)
{
	struct bytes n = p->a, e = bytes_magnitude(p->b);
	return n.n && (n.p[0] & 0x80) && (n.p[n.n - 1] & 1) && e.n && (e.p[e.n - 1] & 1) &&
	       !(e.n == 1 && e.p[0] == 1);
}

static bool has_rsa_numbers(OSSL_PARAM_BLD *build, BIGNUM *n, BIGNUM *e)
{
	return build && n && e && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
	       OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e);
}

static bool has_point(OSSL_PARAM_BLD *build, const char *curve, struct bytes point)
{
	return build && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) &&
	       OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.p, point.n);
}

static EVP_PKEY *key_of(const char *type, OSSL_PARAM_BLD *build)
{
	AUTO(OSSL_PARAM) *parameters = OSSL_PARAM_BLD_to_param(build);
	AUTO(EVP_PKEY_CTX) *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;
	if (parameters && ctx && EVP_PKEY_fromdata_init(ctx) == 1)
		(void)EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, parameters);
	return key;
}

static EVP_PKEY *rsa_key(const struct public *p)
{
	if (!is_rsa_plausible(p))
		return NULL;
	AUTO(BIGNUM) *n = BN_bin2bn(p->a.p, (int)p->a.n, NULL);
	AUTO(BIGNUM) *e = BN_bin2bn(p->b.p, (int)p->b.n, NULL);
	AUTO(OSSL_PARAM_BLD) *build = OSSL_PARAM_BLD_new();
	return has_rsa_numbers(build, n, e) ? key_of("RSA", build) : NULL;
}

/* OpenSSL refuses coordinates that are too large and points off the curve as it reads them. */
static EVP_PKEY *ecc_key(const struct public *p)
{
	const struct alg_curve *c = alg_curve_find(p->curve);
	if (!c || !c->name)
		return NULL;
	uint8_t point[1 + 2 * ALG_COORDINATE_MAX] = { POINT_UNCOMPRESSED };
	size_t width = c->width;
	if (!alg_pad(p->a, width, point + 1) || !alg_pad(p->b, width, point + 1 + width))
		return NULL;
	AUTO(OSSL_PARAM_BLD) *build = OSSL_PARAM_BLD_new();
	return has_point(build, c->name, bytes_of(point, 1 + 2 * width)) ? key_of("EC", build) : NULL;
}

fault public_build_key(const struct public *p, struct evp_pkey_st **ret)
{
	EVP_PKEY *key = p->type == ALG_RSA ? rsa_key(p) : ecc_key(p);
	ERR_clear_error();
	NEED(key, KEY_LINK);
	*ret = key;
	return NULL;
}
