#include "http/keyhash.h"

#include <openssl/evp.h>

bool keyhash_get(const X509 *certificate, uint8_t ret[static KEYHASH_SIZE])
{
	uint8_t *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	bool done = n > 0 && EVP_Digest(der, (size_t)n, ret, NULL, EVP_sha256(), NULL) == 1;
	OPENSSL_free(der);
	return done;
}
