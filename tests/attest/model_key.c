#include "model.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <stdlib.h>

#include "test.h"

/* PolicyA and PolicyC of TCG EK Credential Profile 2.5, B.6, in the three name hashes. */
static const struct policies {
	uint16_t hash;
	uint8_t a[ALG_DIGEST_MAX], c[ALG_DIGEST_MAX];
} policies[] = {
	{ ALG_SHA256,
	  {
		  0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xB3, 0xF8, 0x1A, 0x90, 0xCC,
		  0x8D, 0x46, 0xA5, 0xD7, 0x24, 0xFD, 0x52, 0xD7, 0x6E, 0x06, 0x52,
		  0x0B, 0x64, 0xF2, 0xA1, 0xDA, 0x1B, 0x33, 0x14, 0x69, 0xAA,
	  },
	  {
		  0x37, 0x67, 0xE2, 0xED, 0xD4, 0x3F, 0xF4, 0x5A, 0x3A, 0x7E, 0x1E,
		  0xAE, 0xFC, 0xEF, 0x78, 0x64, 0x3D, 0xCA, 0x96, 0x46, 0x32, 0xE7,
		  0xAA, 0xD8, 0x2C, 0x67, 0x3A, 0x30, 0xD8, 0x63, 0x3F, 0xDE,
	  } },
	{ ALG_SHA384,
	  {
		  0x8B, 0xBF, 0x22, 0x66, 0x53, 0x7C, 0x17, 0x1C, 0xB5, 0x6E, 0x40, 0x3C,
		  0x4D, 0xC1, 0xD4, 0xB6, 0x4F, 0x43, 0x26, 0x11, 0xDC, 0x38, 0x6E, 0x6F,
		  0x53, 0x20, 0x50, 0xC3, 0x27, 0x8C, 0x93, 0x0E, 0x14, 0x3E, 0x8B, 0xB1,
		  0x13, 0x38, 0x24, 0xCC, 0xB4, 0x31, 0x05, 0x38, 0x71, 0xC6, 0xDB, 0x53,
	  },
	  {
		  0xD6, 0x03, 0x2C, 0xE6, 0x1F, 0x2F, 0xB3, 0xC2, 0x40, 0xEB, 0x3C, 0xF6,
		  0xA3, 0x32, 0x37, 0xEF, 0x2B, 0x6A, 0x16, 0xF4, 0x29, 0x3C, 0x22, 0xB4,
		  0x55, 0xE2, 0x61, 0xCF, 0xFD, 0x21, 0x7A, 0xD5, 0xB4, 0x94, 0x7C, 0x2D,
		  0x73, 0xE6, 0x30, 0x05, 0xEE, 0xD2, 0xDC, 0x2B, 0x35, 0x93, 0xD1, 0x65,
	  } },
	{ ALG_SHA512,
	  {
		  0x1E, 0x3B, 0x76, 0x50, 0x2C, 0x8A, 0x14, 0x25, 0xAA, 0x0B, 0x7B, 0x3F, 0xC6,
		  0x46, 0xA1, 0xB0, 0xFA, 0xE0, 0x63, 0xB0, 0x3B, 0x53, 0x68, 0xF9, 0xC4, 0xCD,
		  0xDE, 0xCA, 0xFF, 0x08, 0x91, 0xDD, 0x68, 0x2B, 0xAC, 0x1A, 0x85, 0xD4, 0xD8,
		  0x32, 0xB7, 0x81, 0xEA, 0x45, 0x19, 0x15, 0xDE, 0x5F, 0xC5, 0xBF, 0x0D, 0xC4,
		  0xA1, 0x91, 0x7C, 0xD4, 0x2F, 0xA0, 0x41, 0xE3, 0xF9, 0x98, 0xE0, 0xEE,
	  },
	  {
		  0x58, 0x9E, 0xE1, 0xE1, 0x46, 0x54, 0x47, 0x16, 0xE8, 0xDE, 0xAF, 0xE6, 0xDB,
		  0x24, 0x7B, 0x01, 0xB8, 0x1E, 0x9F, 0x9C, 0x7D, 0xD1, 0x6B, 0x81, 0x4A, 0xA1,
		  0x59, 0x13, 0x87, 0x49, 0x10, 0x5F, 0xBA, 0x53, 0x88, 0xDD, 0x1D, 0xEA, 0x70,
		  0x2F, 0x35, 0x24, 0x0C, 0x18, 0x49, 0x33, 0x12, 0x1E, 0x2C, 0x61, 0xB8, 0xF5,
		  0x0D, 0x3E, 0xF9, 0x13, 0x93, 0xA4, 0x9A, 0x38, 0xC3, 0xF7, 0x3F, 0xC8,
	  } },
};

static struct bytes number_of(struct model *m, EVP_PKEY *key, const char *which, size_t width)
{
	BIGNUM *number = NULL;
	CHECK(EVP_PKEY_get_bn_param(key, which, &number) == 1);
	size_t n = width ? width : (size_t)BN_num_bytes(number);
	uint8_t *p = arena_alloc(&m->arena, n);
	CHECK(p && BN_bn2binpad(number, p, (int)n) == (int)n);
	BN_free(number);
	return bytes_of(p, n);
}

static void set_numbers(struct model *m, EVP_PKEY *key, struct public *p)
{
	if (EVP_PKEY_is_a(key, "RSA")) {
		p->type = ALG_RSA;
		p->bits = (uint16_t)EVP_PKEY_get_bits(key);
		p->a = number_of(m, key, OSSL_PKEY_PARAM_RSA_N, p->bits / 8u);
		p->b = number_of(m, key, OSSL_PKEY_PARAM_RSA_E, 0);
		return;
	}
	p->type = ALG_ECC;
	p->kdf = ALG_NULL;
	int bits = EVP_PKEY_get_bits(key);
	p->curve = bits == 256 ? ALG_NIST_P256 : bits == 384 ? ALG_NIST_P384 : ALG_NIST_P521;
	size_t width = alg_curve_find(p->curve)->width;
	p->a = number_of(m, key, OSSL_PKEY_PARAM_EC_PUB_X, width);
	p->b = number_of(m, key, OSSL_PKEY_PARAM_EC_PUB_Y, width);
}

static const struct policies *policies_of(uint16_t hash)
{
	for (size_t i = 0; i < COUNT_OF(policies); i++)
		if (policies[i].hash == hash)
			return &policies[i];
	abort();
}

/* PolicyB: PolicyOR of the two, from the beginning (TPM 2.0 Part 3 §23.6). */
void model_set_high(struct model *m, struct public *ek)
{
	static const uint8_t nothing[ALG_DIGEST_MAX], command[] = { 0x00, 0x00, 0x01, 0x71 };
	const struct policies *p = policies_of(ek->name_alg);
	const struct alg_hash *hash = alg_hash_find(ek->name_alg);
	const struct bytes parts[] = { bytes_of(nothing, hash->size), BYTES_OF(command),
				       bytes_of(p->a, hash->size), bytes_of(p->c, hash->size) };
	uint8_t digest[ALG_DIGEST_MAX];
	CHECK(alg_digest(hash, parts, COUNT_OF(parts), digest) == NULL);
	ek->attributes |= PUBLIC_USER_WITH_AUTH;
	ek->policy = arena_copy(&m->arena, bytes_of(digest, hash->size));
}

/* B.3: above RSA-2048 and P-256 there are H templates only. */
struct public model_ek(struct model *m, EVP_PKEY *key)
{
	struct public p = { .name_alg = ALG_SHA256,
			    .attributes = 0x000300B2,
			    .policy = bytes_of(policies_of(ALG_SHA256)->a, 32),
			    .symmetric = ALG_AES,
			    .symmetric_bits = 128,
			    .symmetric_mode = ALG_CFB,
			    .scheme = ALG_NULL };
	set_numbers(m, key, &p);
	if (p.bits <= 2048 && (p.type == ALG_RSA || p.curve == ALG_NIST_P256))
		return p;
	p.name_alg = p.curve == ALG_NIST_P521 ? ALG_SHA512 : ALG_SHA384;
	p.symmetric_bits = 256;
	model_set_high(m, &p);
	return p;
}

static struct public signing_key(struct model *m, EVP_PKEY *key, uint32_t attributes)
{
	struct public p = { .name_alg = ALG_SHA256,
			    .attributes = attributes,
			    .symmetric = ALG_NULL,
			    .scheme = EVP_PKEY_is_a(key, "RSA") ? ALG_RSASSA : ALG_ECDSA,
			    .scheme_hash = ALG_SHA256 };
	set_numbers(m, key, &p);
	return p;
}

struct public model_ak(struct model *m, EVP_PKEY *key)
{
	return signing_key(m, key, 0x00050072);
}

struct public model_device(struct model *m, EVP_PKEY *key)
{
	return signing_key(m, key, 0x00040472);
}

/* --- a key as CVE-2017-15361 makes it ---------------------------------------------------------------- */

/* A prime k·M + 65537, where M is the product of the primes that the fingerprint looks at. */
static BIGNUM *roca_prime(const BIGNUM *m, BN_CTX *ctx)
{
	BIGNUM *p = BN_new(), *k = BN_new();
	CHECK(p && k);
	do {
		CHECK(BN_rand(k, 1025 - BN_num_bits(m), BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1);
		CHECK(BN_mul(p, k, m, ctx) == 1 && BN_add_word(p, 65537) == 1);
	} while (BN_num_bits(p) != 1024 || !BN_is_bit_set(p, 1022) || BN_mod_word(p, 65537) == 1 ||
		 BN_check_prime(p, ctx, NULL) != 1);
	BN_free(k);
	return p;
}

static EVP_PKEY *rsa_of(BIGNUM *n, BIGNUM *e, BIGNUM *d)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;
	CHECK(build && ctx && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1);
	CHECK(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1);
	CHECK(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, d) == 1);
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
	CHECK(EVP_PKEY_fromdata_init(ctx) == 1);
	CHECK(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, parameters) == 1);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static BIGNUM *product_of_primes(void)
{
	BIGNUM *product = BN_new();
	CHECK(product && BN_set_word(product, 2) == 1);
	for (BN_ULONG p = 3; p <= 167; p += 2) {
		bool is_prime = true;
		for (BN_ULONG d = 3; d * d <= p; d += 2)
			is_prime = is_prime && p % d;
		CHECK(!is_prime || BN_mul_word(product, p) == 1);
	}
	return product;
}

EVP_PKEY *model_key_roca(void)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *m = product_of_primes(), *n = BN_new(), *e = BN_new(), *d = NULL;
	BIGNUM *p = roca_prime(m, ctx), *q = roca_prime(m, ctx);
	CHECK(n && e && BN_mul(n, p, q, ctx) == 1 && BN_set_word(e, 65537) == 1);
	CHECK(BN_sub_word(p, 1) == 1 && BN_sub_word(q, 1) == 1 && BN_mul(p, p, q, ctx) == 1);
	d = BN_mod_inverse(NULL, e, p, ctx);
	CHECK(d != NULL);
	EVP_PKEY *key = rsa_of(n, e, d);
	BIGNUM *all[] = { m, n, e, d, p, q };
	for (size_t i = 0; i < COUNT_OF(all); i++)
		BN_free(all[i]);
	BN_CTX_free(ctx);
	return key;
}

