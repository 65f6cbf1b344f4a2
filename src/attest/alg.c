#include "attest/alg.h"

#include <openssl/evp.h>

#include <string.h>

static const struct alg_hash hashes[] = {
	{ ALG_SHA1, 20, "sha1", "SHA1" },
	{ ALG_SHA256, 32, "sha256", "SHA256" },
	{ ALG_SHA384, 48, "sha384", "SHA384" },
	{ ALG_SHA512, 64, "sha512", "SHA512" },
	{ ALG_SM3_256, 32, "sm3-256", NULL },
	{ ALG_SHA3_256, 32, "sha3-256", "SHA3-256" },
	{ ALG_SHA3_384, 48, "sha3-384", "SHA3-384" },
	{ ALG_SHA3_512, 64, "sha3-512", "SHA3-512" },
};

static const struct alg_curve curves[] = {
	{ ALG_NIST_P192, 24, SPKI_NONE, NULL },
	{ ALG_NIST_P224, 28, SPKI_NONE, NULL },
	{ ALG_NIST_P256, 32, SPKI_P256, "P-256" },
	{ ALG_NIST_P384, 48, SPKI_P384, "P-384" },
	{ ALG_NIST_P521, 66, SPKI_P521, "P-521" },
	{ ALG_BN_P256, 32, SPKI_NONE, NULL },
	{ ALG_BN_P638, ALG_COORDINATE_MAX, SPKI_NONE, NULL },
	{ ALG_SM2_P256, 32, SPKI_NONE, NULL },
};

static const uint16_t rsa_sizes[] = { 1024, 2048, 3072, 4096 };

const struct alg_hash *alg_hash_find(uint16_t id)
{
	for (size_t i = 0; i < COUNT_OF(hashes); i++)
		if (hashes[i].id == id)
			return &hashes[i];
	return NULL;
}

const struct alg_curve *alg_curve_find(uint16_t id)
{
	for (size_t i = 0; i < COUNT_OF(curves); i++)
		if (curves[i].id == id)
			return &curves[i];
	return NULL;
}

bool is_alg_rsa_size(uint16_t bits)
{
	for (size_t i = 0; i < COUNT_OF(rsa_sizes); i++)
		if (rsa_sizes[i] == bits)
			return true;
	return false;
}

static bool has_digested(EVP_MD_CTX *ctx, const EVP_MD *md, const struct bytes *parts, size_t count)
{
	if (!ctx || !md || EVP_DigestInit_ex(ctx, md, NULL) != 1)
		return false;
	for (size_t i = 0; i < count; i++)
		if (parts[i].n && EVP_DigestUpdate(ctx, parts[i].p, parts[i].n) != 1)
			return false;
	return true;
}

fault alg_digest(const struct alg_hash *row, const struct bytes *parts, size_t count,
		 uint8_t out[static ALG_DIGEST_MAX])
{
	NEED(row && row->evp, BUG);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned n = 0;
	bool is_good = has_digested(ctx, EVP_get_digestbyname(row->evp), parts, count) &&
		       EVP_DigestFinal_ex(ctx, out, &n) == 1 && n == row->size;
	EVP_MD_CTX_free(ctx);
	NEED(is_good, BUG);
	return NULL;
}

bool alg_pad(struct bytes number, size_t width, uint8_t *out)
{
	struct bytes n = bytes_magnitude(number);
	if (n.n > width)
		return false;
	memset(out, 0, width);
	return bytes_copy(n, out + width - n.n, n.n);
}

fault alg_sha256(struct bytes b, uint8_t out[static 32])
{
	unsigned n = 0;
	NEED(EVP_Digest(b.n ? (const void *)b.p : "", b.n, out, &n, EVP_sha256(), NULL) == 1 && n == 32, BUG);
	return NULL;
}

fault alg_spki_hash(const struct spki *key, uint8_t out[static 32])
{
	uint8_t der[SPKI_SIZE_MAX];
	struct wr w = wr_of(der, sizeof(der));
	spki_write(key, &w);
	NEED(!w.bad, KEY_LINK);
	return alg_sha256(wr_done(&w), out);
}
