#define OPENSSL_SUPPRESS_DEPRECATED /* a provider would be the new way, for ten times the code */

#include "agent/tlskey.h"

#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

#include "agent/handle.h"
#include "agent/pem.h"
#include "attest/alg.h"
#include "attest/signature.h"

#define OWNER 0 /* the place that OpenSSL leaves to applications in its objects */

/* The numbers of the TPM's signature; they borrow from the arena. */
static bool sign(struct tlskey *k, struct bytes digest, struct signature *ret)
{
	struct bytes octets;
	const struct devicekey *d = &k->key;
	k->why = key_get_digest_signature(d->chip, &d->key, digest, k->arena, &octets);
	if (!k->why)
		k->why = signature_parse(octets, ret);
	return !k->why;
}

static ECDSA_SIG *sign_ec(const unsigned char *digest, int n, const BIGNUM *inverse, const BIGNUM *point,
			  EC_KEY *key)
{
	struct signature s;
	(void)inverse, (void)point;
	if (!sign(EC_KEY_get_ex_data(key, OWNER), bytes_of(digest, (size_t)n), &s))
		return NULL;
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *a = BN_bin2bn(s.a.p, (int)s.a.n, NULL), *b = BN_bin2bn(s.b.p, (int)s.b.n, NULL);
	if (pair && a && b && ECDSA_SIG_set0(pair, a, b) == 1)
		return pair;
	ECDSA_SIG_free(pair);
	BN_free(a);
	BN_free(b);
	return NULL;
}

static int sign_rsa(int type, const unsigned char *digest, unsigned n, unsigned char *out, unsigned *size,
		    const RSA *key)
{
	struct signature s;
	(void)type;
	if (!sign(RSA_get_ex_data(key, OWNER), bytes_of(digest, n), &s) || s.a.n > (size_t)RSA_size(key))
		return 0;
	memcpy(out, s.a.p, s.a.n);
	*size = (unsigned)s.a.n;
	return 1;
}

/* --- the key in the TPM as OpenSSL's -------------------------------------------------------------------- */

static bool assign_ec(struct tlskey *k, EVP_PKEY *public_half)
{
	int (*sign_whole)(int, const unsigned char *, int, unsigned char *, unsigned *, const BIGNUM *,
			  const BIGNUM *, EC_KEY *) = NULL;
	int (*prepare)(EC_KEY *, BN_CTX *, BIGNUM **, BIGNUM **) = NULL;
	EC_KEY *key = EVP_PKEY_get1_EC_KEY(public_half);
	EC_KEY_METHOD *method = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
	k->method = method;
	EC_KEY_METHOD_get_sign(EC_KEY_OpenSSL(), &sign_whole, &prepare, NULL);
	EC_KEY_METHOD_set_sign(method, sign_whole, prepare, sign_ec);
	bool is_made = key && EC_KEY_set_method(key, method) == 1 && EC_KEY_set_ex_data(key, OWNER, k) == 1 &&
		       EVP_PKEY_assign_EC_KEY(k->pkey, key) == 1;
	if (!is_made)
		EC_KEY_free(key);
	return is_made;
}

static bool assign_rsa(struct tlskey *k, EVP_PKEY *public_half)
{
	RSA *key = EVP_PKEY_get1_RSA(public_half);
	RSA_METHOD *method = RSA_meth_dup(RSA_get_default_method());
	k->method = method;
	RSA_meth_set_sign(method, sign_rsa);
	bool is_made = key && RSA_set_method(key, method) == 1 && RSA_set_ex_data(key, OWNER, k) == 1 &&
		       EVP_PKEY_assign_RSA(k->pkey, key) == 1;
	if (!is_made)
		RSA_free(key);
	return is_made;
}

static fault wrap(struct tlskey *k)
{
	struct public p;
	AUTO(EVP_PKEY_free) EVP_PKEY *public_half = NULL;
	TRY(public_parse(k->key.public_area, &p));
	TRY(public_build_key(&p, &public_half));
	k->is_rsa = p.type == ALG_RSA;
	k->pkey = EVP_PKEY_new();
	NEED(k->pkey, SYS_MEMORY);
	NEED(k->is_rsa ? assign_rsa(k, public_half) : assign_ec(k, public_half), SYS_MEMORY);
	return NULL;
}

static fault load(struct tlskey *k)
{
	const uint8_t *at = k->key.der.p;
	k->pkey = d2i_AutoPrivateKey(NULL, &at, (long)k->key.der.n);
	return k->pkey ? NULL : FAIL(KEY_FILE);
}

fault tlskey_open(struct state *state, struct chip *chip, struct arena *arena, struct tlskey *ret)
{
	*ret = (struct tlskey){ .arena = arena };
	TRY(devicekey_get(state, chip, arena, &ret->key));
	TRY(pem_find(state, STATE_DEVICE_CERTIFICATE, PEM_CERTIFICATE, arena, &ret->certificate));
	return ret->key.chip ? wrap(ret) : load(ret);
}

void tlskey_close(struct tlskey *k)
{
	EVP_PKEY_free(k->pkey);
	if (k->method && k->is_rsa)
		RSA_meth_free(k->method);
	else if (k->method)
		EC_KEY_METHOD_free(k->method);
	*k = (struct tlskey){ 0 };
}

/* --- in a handshake ------------------------------------------------------------------------------------- */

static bool choose_rules(const struct tlskey *k, SSL_CTX *tls)
{
	char rule[16];
	if (!k->key.chip)
		return true;
	if (!k->is_rsa)
		return SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) == 1;
	const struct keytype_row *type = keytype_find(k->key.public_area);
	if (!type)
		return false;
	snprintf(rule, sizeof(rule), "RSA+SHA%u", 8 * (unsigned)alg_hash_find(type->hash)->size);
	return SSL_CTX_set_max_proto_version(tls, TLS1_2_VERSION) == 1 &&
	       SSL_CTX_set1_client_sigalgs_list(tls, rule) == 1;
}

bool tlskey_identify(void *of, struct ssl_ctx_st *tls)
{
	struct tlskey *k = of;
	const struct bytes *der = &k->certificate;
	k->why = NULL;
	return choose_rules(k, tls) && SSL_CTX_use_certificate_ASN1(tls, (int)der->n, der->p) == 1 &&
	       SSL_CTX_use_PrivateKey(tls, k->pkey) == 1;
}
