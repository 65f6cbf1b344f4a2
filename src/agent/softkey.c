#include "agent/softkey.h"

#include <openssl/ec.h>

#include "agent/handle.h"

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

fault softkey_build_request(struct bytes der, struct arena *arena, struct bytes *ret)
{
	const unsigned char *at = der.p;
	unsigned char *out = NULL;
	char group[32] = "";
	AUTO(EVP_PKEY_free) EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)der.n);
	NEED(key && at == der.p + der.n && EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1,
	     KEY_FILE);
	NEED(is_bytes_text(bytes_text(group), "prime256v1"), KEY_FILE);
	AUTO(X509_REQ_free) X509_REQ *request = X509_REQ_new();
	NEED(request && X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1, SYS_MEMORY);
	NEED(X509_REQ_set_pubkey(request, key) == 1, SYS_MEMORY);
	NEED(X509_REQ_sign(request, key, EVP_sha256()) > 0, SYS_RNG);
	int n = i2d_X509_REQ(request, &out);
	return keep(out, n, arena, ret);
}
