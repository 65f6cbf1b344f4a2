#include "cert/csr.h"

#include <stdio.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "test.h"

#define DER_MAX 65536

struct keys {
	EVP_PKEY *p256;
	EVP_PKEY *p384;
	EVP_PKEY *p521;
	EVP_PKEY *rsa;
	EVP_PKEY *rsa_short;
};

/* A request under construction, and its octets. */
struct request_of {
	EVP_PKEY *key;
	EVP_PKEY *signer;   /* NULL: key */
	const char *digest; /* NULL: SHA256 */
	const char *subject;
	int attributes;
	uint8_t der[DER_MAX];
};

static int set_up(void **state)
{
	static struct keys k;
	k.p256 = EVP_EC_gen("P-256");
	k.p384 = EVP_EC_gen("P-384");
	k.p521 = EVP_EC_gen("P-521");
	k.rsa = EVP_RSA_gen(2048);
	k.rsa_short = EVP_RSA_gen(1024);
	*state = &k;
	return k.p256 && k.p384 && k.p521 && k.rsa && k.rsa_short ? 0 : -1;
}

static int tear_down(void **state)
{
	struct keys *k = *state;
	EVP_PKEY_free(k->p256);
	EVP_PKEY_free(k->p384);
	EVP_PKEY_free(k->p521);
	EVP_PKEY_free(k->rsa);
	EVP_PKEY_free(k->rsa_short);
	return 0;
}

/* n attributes, each of a type of its own, since OpenSSL makes none twice. */
static void add_attributes(X509_REQ *q, int n)
{
	char type[32];
	for (int i = 0; i < n; i++) {
		snprintf(type, sizeof(type), "1.2.3.%d", i);
		CHECK(X509_REQ_add1_attr_by_txt(q, type, MBSTRING_ASC, (const uint8_t *)"text", 4) == 1);
	}
}

static struct bytes made(struct request_of *r)
{
	X509_REQ *q = X509_REQ_new();
	uint8_t *at = r->der;
	const EVP_MD *digest = EVP_get_digestbyname(r->digest ? r->digest : "SHA256");
	CHECK(q && X509_REQ_set_version(q, 0) == 1 && X509_REQ_set_pubkey(q, r->key) == 1);
	if (r->subject)
		CHECK(X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(q), "CN", MBSTRING_ASC,
						 (const uint8_t *)r->subject, -1, -1, 0) == 1);
	add_attributes(q, r->attributes);
	CHECK(X509_REQ_sign(q, r->signer ? r->signer : r->key, digest) > 0);
	CHECK(i2d_X509_REQ(q, NULL) <= DER_MAX);
	int n = i2d_X509_REQ(q, &at);
	CHECK(n > 0);
	X509_REQ_free(q);
	return bytes_of(r->der, (size_t)n);
}

static void a_p256_request_gives_its_point(void **state)
{
	struct keys *k = *state;
	struct request_of r = { .key = k->p256 };
	struct subject s;
	uint8_t point[65];
	size_t n = 0;
	OK(csr_parse(made(&r), &s));
	CHECK(EVP_PKEY_get_octet_string_param(k->p256, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &n) ==
	      1);
	CHECK(s.kind == FRAME_KEY_P256 && is_bytes_equal(s.a, bytes_of(point + 1, 32)) &&
	      is_bytes_equal(s.b, bytes_of(point + 33, 32)));
}

static void an_rsa_request_gives_its_numbers(void **state)
{
	struct keys *k = *state;
	struct request_of r = { .key = k->rsa };
	struct subject s;
	uint8_t modulus[256];
	BIGNUM *n = NULL;
	OK(csr_parse(made(&r), &s));
	CHECK(EVP_PKEY_get_bn_param(k->rsa, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
	      BN_bn2binpad(n, modulus, 256) == 256);
	CHECK(s.kind == FRAME_KEY_RSA && is_bytes_equal(s.a, BYTES_OF(modulus)));
	CHECK(is_bytes_equal(s.b, BYTES_TEXT("\x01\x00\x01")));
	BN_free(n);
}

static void longer_hashes_are_accepted(void **state)
{
	struct keys *k = *state;
	static const char *const digests[] = { "SHA256", "SHA384", "SHA512" };
	struct subject s;
	for (size_t i = 0; i < COUNT_OF(digests); i++) {
		struct request_of ec = { .key = k->p256, .digest = digests[i] };
		struct request_of rsa = { .key = k->rsa, .digest = digests[i] };
		OK(csr_parse(made(&ec), &s));
		OK(csr_parse(made(&rsa), &s));
	}
}

static void larger_curves_give_their_points(void **state)
{
	struct keys *k = *state;
	struct subject s;
	struct request_of p384 = { .key = k->p384, .digest = "SHA384" };
	OK(csr_parse(made(&p384), &s));
	CHECK(s.kind == FRAME_KEY_P384 && s.a.n == 48 && s.b.n == 48);
	struct request_of p521 = { .key = k->p521, .digest = "SHA512" };
	OK(csr_parse(made(&p521), &s));
	CHECK(s.kind == FRAME_KEY_P521 && s.a.n == 66 && s.b.n == 66);
	struct request_of wrong = { .key = k->p384, .signer = k->p521 };
	REFUSES(CSR_POP, csr_parse(made(&wrong), &s));
}

static void a_request_signed_by_another_key_is_refused(void **state)
{
	struct keys *k = *state;
	struct subject s;
	EVP_PKEY *other = EVP_EC_gen("P-256");
	struct request_of r = { .key = k->p256, .signer = other };
	REFUSES(CSR_POP, csr_parse(made(&r), &s));
	EVP_PKEY_free(other);
}

static void short_hashes_are_refused(void **state)
{
	struct keys *k = *state;
	static const char *const digests[] = { "MD5", "SHA1", "SHA224" };
	struct subject s;
	for (size_t i = 0; i < COUNT_OF(digests); i++) {
		struct request_of r = { .key = k->rsa, .digest = digests[i] };
		REFUSES(CSR_SIG, csr_parse(made(&r), &s));
	}
	struct request_of r = { .key = k->p256, .digest = "SHA1" };
	REFUSES(CSR_SIG, csr_parse(made(&r), &s));
}

static void a_signature_of_another_kind_than_the_key_is_refused(void **state)
{
	struct keys *k = *state;
	struct subject s;
	struct request_of r = { .key = k->p256, .signer = k->rsa };
	REFUSES(CSR_SIG, csr_parse(made(&r), &s));
	struct request_of reverse = { .key = k->rsa, .signer = k->p256 };
	REFUSES(CSR_SIG, csr_parse(made(&reverse), &s));
}

static void weak_and_unknown_keys_are_refused(void **state)
{
	struct keys *k = *state;
	struct subject s;
	struct request_of small = { .key = k->rsa_short };
	REFUSES(KEY_WEAK, csr_parse(made(&small), &s));
	EVP_PKEY *edwards = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	struct request_of r = { .key = edwards, .signer = k->p256 };
	REFUSES(CSR_MALFORMED, csr_parse(made(&r), &s));
	EVP_PKEY_free(edwards);
}

static void a_subject_is_refused(void **state)
{
	struct keys *k = *state;
	struct subject s;
	struct request_of r = { .key = k->p256, .subject = "admin" };
	REFUSES(CSR_FIELD, csr_parse(made(&r), &s));
}

static void an_attribute_is_refused(void **state)
{
	struct keys *k = *state;
	struct subject s;
	struct request_of r = { .key = k->p256, .attributes = 1 };
	REFUSES(CSR_FIELD, csr_parse(made(&r), &s));
}

static void a_requested_extension_is_refused(void **state)
{
	struct keys *k = *state;
	struct subject s;
	uint8_t der[4096], *at = der;
	X509V3_CTX c;
	X509V3_set_ctx(&c, NULL, NULL, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&c);
	static const struct {
		int nid;
		const char *value;
	} wishes[] = {
		{ NID_subject_alt_name, "DNS:server.example.org" },
		{ NID_ext_key_usage, "serverAuth" },
		{ NID_basic_constraints, "critical,CA:TRUE" },
		{ NID_key_usage, "critical,keyCertSign" },
	};
	for (size_t i = 0; i < COUNT_OF(wishes); i++) {
		X509_REQ *q = X509_REQ_new();
		X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &c, wishes[i].nid, wishes[i].value);
		STACK_OF(X509_EXTENSION) *list = sk_X509_EXTENSION_new_null();
		CHECK(e && sk_X509_EXTENSION_push(list, e) == 1 && X509_REQ_set_pubkey(q, k->p256) == 1);
		CHECK(X509_REQ_add_extensions(q, list) == 1 && X509_REQ_sign(q, k->p256, EVP_sha256()) > 0);
		at = der;
		int n = i2d_X509_REQ(q, &at);
		REFUSES(CSR_FIELD, csr_parse(bytes_of(der, (size_t)n), &s));
		sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
		X509_REQ_free(q);
	}
}

static void a_thousand_attributes_are_too_large(void **state)
{
	struct keys *k = *state;
	struct subject s;
	struct request_of r = { .key = k->p256, .attributes = 1000 };
	REFUSES(CSR_SIZE, csr_parse(made(&r), &s));
}

static void the_ceiling_is_the_protocols(void **state)
{
	(void)state;
	static uint8_t zeros[TRIP_CSR_MAX + 1];
	struct subject s;
	REFUSES(CSR_SIZE, csr_parse(BYTES_OF(zeros), &s));
	REFUSES(CSR_MALFORMED, csr_parse(bytes_of(zeros, TRIP_CSR_MAX), &s));
}

static void every_truncation_is_refused(void **state)
{
	struct keys *k = *state;
	struct request_of r = { .key = k->p256 };
	struct bytes der = made(&r);
	struct subject s;
	for (size_t n = 0; n < der.n; n++)
		REFUSES(CSR_MALFORMED, csr_parse(bytes_slice(der, 0, n), &s));
}

static void an_octet_behind_it_is_refused(void **state)
{
	struct keys *k = *state;
	struct request_of r = { .key = k->p256 };
	struct bytes der = made(&r);
	struct subject s;
	r.der[der.n] = 0;
	REFUSES(CSR_MALFORMED, csr_parse(bytes_of(r.der, der.n + 1), &s));
}

static void every_flipped_bit_is_refused(void **state)
{
	struct keys *k = *state;
	EVP_PKEY *keys[] = { k->p256, k->rsa };
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct request_of r = { .key = keys[i] };
		struct bytes der = made(&r);
		struct subject s = { 0 };
		for (size_t bit = 0; bit < 8 * der.n; bit++) {
			r.der[bit / 8] ^= (uint8_t)(1 << bit % 8);
			CHECK(csr_parse(der, &s) != NULL && !s.kind);
			r.der[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

static void a_point_off_its_curve_is_no_key(void **state)
{
	struct keys *k = *state;
	struct request_of r = { .key = k->p256 };
	struct bytes der = made(&r);
	struct subject s;
	OK(csr_parse(der, &s));
	r.der[s.b.p + s.b.n - 1 - der.p] ^= 1; /* y is off by one, and x has but two points */
	REFUSES(KEY_LINK, csr_parse(der, &s));
}

static void rsa_numbers_have_their_bounds(void **state)
{
	(void)state;
	static uint8_t modulus[513];
	memset(modulus, 0xFF, sizeof(modulus));
	const struct {
		size_t modulus;
		struct bytes exponent;
		bool good;
	} rows[] = {
		{ 256, BYTES_TEXT("\x01\x00\x01"), true },
		{ 512, BYTES_TEXT("\x01\x00\x01"), true },
		{ 255, BYTES_TEXT("\x01\x00\x01"), false },
		{ 513, BYTES_TEXT("\x01\x00\x01"), false },
		{ 256, BYTES_TEXT("\x03"), false },
		{ 256, BYTES_TEXT("\xFF\xFF"), false },
		{ 256, BYTES_TEXT("\x01\x00\x02"), false },
		{ 256, BYTES_TEXT("\x00\x01\x00\x01"), false },
		{ 256, BYTES_TEXT("\x7F\1\1\1\1\1\1\1"), true },
		{ 256, BYTES_TEXT("\x01\1\1\1\1\1\1\1\1"), false },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct subject s = { FRAME_KEY_RSA, bytes_of(modulus, rows[i].modulus), rows[i].exponent };
		CHECK((subject_check(&s) == NULL) == rows[i].good);
	}
	struct subject s = { FRAME_KEY_RSA, bytes_of(modulus, 256), BYTES_TEXT("\x01\x00\x01") };
	modulus[0] = 0x7F;
	REFUSES(KEY_WEAK, subject_check(&s));
	modulus[0] = 0xFF;
	modulus[255] = 0xFE;
	REFUSES(KEY_WEAK, subject_check(&s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_p256_request_gives_its_point),
		TEST(an_rsa_request_gives_its_numbers),
		TEST(longer_hashes_are_accepted),
		TEST(larger_curves_give_their_points),
		TEST(a_request_signed_by_another_key_is_refused),
		TEST(short_hashes_are_refused),
		TEST(a_signature_of_another_kind_than_the_key_is_refused),
		TEST(weak_and_unknown_keys_are_refused),
		TEST(a_subject_is_refused),
		TEST(an_attribute_is_refused),
		TEST(a_requested_extension_is_refused),
		TEST(a_thousand_attributes_are_too_large),
		TEST(the_ceiling_is_the_protocols),
		TEST(every_truncation_is_refused),
		TEST(an_octet_behind_it_is_refused),
		TEST(every_flipped_bit_is_refused),
		TEST(a_point_off_its_curve_is_no_key),
		TEST(rsa_numbers_have_their_bounds),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
