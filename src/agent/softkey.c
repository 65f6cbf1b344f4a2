#include "agent/softkey.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>

#include "agent/handle.h"
#include "attest/public.h"
#include "attest/signature.h"
#include "wire/trip.h"

#define COORDINATE_SIZE 32

/* What an i2d function wrote into a buffer of its own; frees that. */
static fault keep(unsigned char *der, int n, struct arena *arena, struct bytes *ret)
{
	struct bytes copy = n > 0 ? arena_copy(arena, bytes_of(der, (size_t)n)) : (struct bytes){ 0 };
	OPENSSL_clear_free(der, n > 0 ? (size_t)n : 0);
	NEED(copy.p, SYS_MEMORY);
	*ret = copy;
	return NULL;
}

fault softkey_new(struct arena *arena, struct bytes *ret)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
	unsigned char *der = NULL;
	NEED(key, SYS_RNG);
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	NEED(info, SYS_MEMORY);
	int n = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	PKCS8_PRIV_KEY_INFO_free(info);
	return keep(der, n, arena, ret);
}

/* The private key, which is the caller's to free. */
static fault read_key(struct bytes der, EVP_PKEY **ret)
{
	const unsigned char *at = der.p;
	char group[32] = "";
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)der.n);
	bool is_whole = key && at == der.p + der.n;
	if (is_whole && EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1 &&
	    is_bytes_text(bytes_text(group), "prime256v1")) {
		*ret = key;
		return NULL;
	}
	EVP_PKEY_free(key);
	return FAIL(KEY_FILE);
}

fault softkey_build_request(struct bytes der, struct arena *arena, struct bytes *ret)
{
	unsigned char *out = NULL;
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	TRY(read_key(der, &key));
	AUTO(X509_REQ_free) X509_REQ *request = X509_REQ_new();
	NEED(request && X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1, SYS_MEMORY);
	NEED(X509_REQ_set_pubkey(request, key) == 1, SYS_MEMORY);
	NEED(X509_REQ_sign(request, key, EVP_sha256()) > 0, SYS_RNG);
	int n = i2d_X509_REQ(request, &out);
	return keep(out, n, arena, ret);
}

fault softkey_get_public(struct bytes der, struct arena *arena, struct bytes *ret)
{
	uint8_t point[1 + 2 * COORDINATE_SIZE], area[TRIP_STRUCTURE_MAX];
	size_t n = 0;
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	TRY(read_key(der, &key));
	const char *which = OSSL_PKEY_PARAM_PUB_KEY;
	NEED(EVP_PKEY_get_octet_string_param(key, which, point, sizeof(point), &n) == 1, KEY_FILE);
	NEED(n == sizeof(point) && point[0] == POINT_CONVERSION_UNCOMPRESSED, KEY_FILE);
	const struct public p = {
		.type = ALG_ECC,
		.name_alg = ALG_SHA256,
		.attributes = PUBLIC_USER_WITH_AUTH | PUBLIC_SIGN,
		.symmetric = ALG_NULL,
		.scheme = ALG_ECDSA,
		.scheme_hash = ALG_SHA256,
		.curve = ALG_NIST_P256,
		.kdf = ALG_NULL,
		.a = bytes_of(point + 1, COORDINATE_SIZE),
		.b = bytes_of(point + 1 + COORDINATE_SIZE, COORDINATE_SIZE),
	};
	struct wr w = wr_of(area, sizeof(area));
	public_write(&p, &w);
	struct bytes copy = arena_copy(arena, wr_done(&w));
	NEED(!w.bad && copy.p, SYS_MEMORY);
	*ret = copy;
	return NULL;
}

/* Its numbers as TPMT_SIGNATURE. */
static fault write_signature(const ECDSA_SIG *pair, struct arena *arena, struct bytes *ret)
{
	uint8_t r[COORDINATE_SIZE], s[COORDINATE_SIZE], octets[128];
	NEED(BN_bn2binpad(ECDSA_SIG_get0_r(pair), r, sizeof(r)) == sizeof(r), BUG);
	NEED(BN_bn2binpad(ECDSA_SIG_get0_s(pair), s, sizeof(s)) == sizeof(s), BUG);
	const struct signature numbers = { ALG_ECDSA, ALG_SHA256, BYTES_OF(r), BYTES_OF(s) };
	struct wr w = wr_of(octets, sizeof(octets));
	signature_write(&numbers, &w);
	struct bytes copy = arena_copy(arena, wr_done(&w));
	NEED(!w.bad && copy.p, SYS_MEMORY);
	*ret = copy;
	return NULL;
}

fault softkey_get_signature(struct bytes der, struct bytes message, struct arena *arena, struct bytes *ret)
{
	uint8_t octets[80];
	const uint8_t *at = octets;
	size_t n = sizeof(octets);
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	TRY(read_key(der, &key));
	AUTO(EVP_MD_CTX_free) EVP_MD_CTX *c = EVP_MD_CTX_new();
	NEED(c && EVP_DigestSignInit_ex(c, NULL, "SHA256", NULL, NULL, key, NULL) == 1, SYS_MEMORY);
	NEED(EVP_DigestSign(c, octets, &n, message.p, message.n) == 1, SYS_RNG);
	AUTO(ECDSA_SIG_free) ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)n);
	NEED(pair, SYS_MEMORY);
	return write_signature(pair, arena, ret);
}
