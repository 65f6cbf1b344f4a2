#include "ca.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/x509v3.h>

#include "cert/tbs.h"
#include "test.h"

static const uint8_t root_serial[] = { 0x41, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
static const uint8_t issuing_serial[] = { 0x42, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2 };
static const uint8_t device_id[] = { 0xDE, 0xAD, 0xBE, 0xEF, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

struct spki ca_public(EVP_PKEY *key, uint8_t point[static 65])
{
	size_t n = 0;
	CHECK(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, 65, &n) == 1 && n == 65);
	return (struct spki){ .kind = SPKI_P256,
			      .a = bytes_of(point + 1, 32),
			      .b = bytes_of(point + 33, 32) };
}

struct bytes ca_sign(EVP_PKEY *key, struct bytes tbs, struct wr *w)
{
	uint8_t signature[TBS_SIGNATURE_MAX];
	size_t n = sizeof(signature), start = w->at;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	CHECK(EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, key) == 1);
	CHECK(EVP_DigestSign(c, signature, &n, tbs.p, tbs.n) == 1);
	EVP_MD_CTX_free(c);
	tbs_write_signed(tbs, bytes_of(signature, n), w);
	CHECK(!w->bad);
	return bytes_of(w->p + start, w->at - start);
}

static struct bytes make(struct ca *ca, enum trunk_kind kind, EVP_PKEY *key, uint8_t *out)
{
	uint8_t point[65], tbs[TBS_SIZE_MAX];
	struct wr w = wr_of(tbs, sizeof(tbs)), whole = wr_of(out, TBS_CERTIFICATE_MAX);
	struct trunk t = { .kind = kind, .organization = BYTES_TEXT("Example"), .now = CA_NOW };
	t.serial = kind == TRUNK_ROOT ? BYTES_OF(root_serial) : BYTES_OF(issuing_serial);
	t.name = kind == TRUNK_ROOT ? BYTES_TEXT("Example Root") : BYTES_TEXT("Example Issuing");
	t.key = ca_public(key, point);
	OK(trunk_build(&t, &ca->root_issuer, &w));
	return ca_sign(ca->root_key, wr_done(&w), &whole);
}

void ca_init(struct ca *ca)
{
	memset(ca, 0, sizeof(*ca));
	ca->root_key = EVP_EC_gen("P-256");
	ca->key = EVP_EC_gen("P-256");
	CHECK(ca->root_key && ca->key);
	ca->root = make(ca, TRUNK_ROOT, ca->root_key, ca->octets[0]);
	OK(issuer_parse(ca->root, &ca->root_issuer));
	ca->certificate = make(ca, TRUNK_ISSUING, ca->key, ca->octets[1]);
	OK(issuer_parse(ca->certificate, &ca->issuer));
	ca->issuer.url = BYTES_TEXT(CA_URL);
}

void ca_done(struct ca *ca)
{
	EVP_PKEY_free(ca->root_key);
	EVP_PKEY_free(ca->key);
}

struct issue ca_issue(enum frame_certificate kind, EVP_PKEY *key, uint8_t point[static 65])
{
	struct spki public = ca_public(key, point);
	return (struct issue){
		.kind = kind,
		.serial = BYTES_OF(issuing_serial),
		.device_id = BYTES_OF(device_id),
		.not_before = CA_NOW - PROFILE_BACKDATE_S,
		.not_after = CA_NOW + 86400,
		.assurance = TRIP_ASSURED_KEY | TRIP_ASSURED_CERTIFICATE | TRIP_ASSURED_USER,
		.key = FRAME_KEY_P256,
		.key_a = public.a,
		.key_b = public.b,
	};
}

static X509 *x509_of(struct bytes der)
{
	const uint8_t *at = der.p;
	X509 *x = d2i_X509(NULL, &at, (long)der.n);
	CHECK(x && at == der.p + der.n);
	return x;
}

int ca_verify(const struct ca *ca, struct bytes leaf, int purpose, X509_CRL *crl)
{
	X509 *root = x509_of(ca->root), *issuing = x509_of(ca->certificate), *x = x509_of(leaf);
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	CHECK(X509_STORE_add_cert(store, root) == 1 && sk_X509_push(chain, issuing) == 1);
	CHECK(!crl || X509_STORE_add_crl(store, crl) == 1);
	CHECK(X509_STORE_CTX_init(c, store, x, chain) == 1);
	X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(c);
	X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE |
					       (crl ? X509_V_FLAG_CRL_CHECK : 0));
	X509_VERIFY_PARAM_set_time(p, CA_NOW);
	X509_VERIFY_PARAM_set_purpose(p, purpose);
	int ok = X509_verify_cert(c), error = X509_STORE_CTX_get_error(c);
	CHECK((ok == 1) == (error == X509_V_OK));
	X509_STORE_CTX_free(c);
	sk_X509_free(chain);
	X509_STORE_free(store);
	X509_free(root);
	X509_free(issuing);
	X509_free(x);
	return error;
}
