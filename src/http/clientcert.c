#include "http/clientcert.h"

#include <openssl/x509.h>

#define RSA_BITS_MAX 4096

static bool is_key_cheap(X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	if (!key)
		return false;
	bool is_rsa = EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) <= RSA_BITS_MAX;
	return is_rsa || EVP_PKEY_is_a(key, "EC");
}

/* Stands in for OpenSSL's check of the chain. */
static int judge(X509_STORE_CTX *presented, void *of)
{
	X509 *leaf = X509_STORE_CTX_get0_cert(presented);
	bool is_cheap = leaf && is_key_cheap(leaf);
	(void)of;
	X509_STORE_CTX_set_error(presented, is_cheap ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
	return is_cheap;
}

void clientcert_ask(SSL_CTX *tls)
{
	SSL_CTX_set_max_cert_list(tls, CLIENTCERT_MAX);
	SSL_CTX_set_cert_verify_callback(tls, judge, NULL);
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE, NULL);
}

struct bytes clientcert_get(SSL *tls)
{
	uint8_t *der = NULL;
	X509 *shown = SSL_get0_peer_certificate(tls);
	int n = shown ? i2d_X509(shown, &der) : 0;
	return n > 0 ? bytes_of(der, (size_t)n) : (struct bytes){ 0 };
}
