#include <openssl/x509v3.h>

#include "ca.h"
#include "test.h"

struct fixture {
	struct ca ca;
	EVP_PKEY *key;
	uint8_t point[65];
	uint8_t certificate[TBS_CERTIFICATE_MAX];
	struct bytes_list dns;
	struct bytes_list addresses;
};

static const uint8_t serial[] = { 0x44, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
static const uint8_t loopback[] = { 127, 0, 0, 1 };

static int set_up(void **state)
{
	static struct fixture f;
	ca_init(&f.ca);
	f.key = EVP_EC_gen("P-256");
	if (!bytes_list_put(&f.dns, BYTES_TEXT("assay.example.org")) ||
	    !bytes_list_put(&f.dns, BYTES_TEXT("localhost")))
		return -1;
	if (!bytes_list_put(&f.addresses, BYTES_OF(loopback)))
		return -1;
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ca_done(&f->ca);
	EVP_PKEY_free(f->key);
	return 0;
}

static struct trunk request(struct fixture *f, enum trunk_kind kind)
{
	struct trunk t = { .kind = kind, .serial = BYTES_OF(serial), .organization = BYTES_TEXT("Example"),
			   .name = BYTES_TEXT("A name"), .key = ca_public(f->key, f->point), .now = CA_NOW };
	if (kind == TRUNK_SERVER) {
		t.dns = &f->dns;
		t.addresses = &f->addresses;
	}
	return t;
}

static struct bytes made(struct fixture *f, const struct trunk *t, const struct issuer *by, EVP_PKEY *signer)
{
	uint8_t tbs[TBS_SIZE_MAX];
	struct wr w = wr_of(tbs, sizeof(tbs)), whole = wr_of(f->certificate, sizeof(f->certificate));
	OK(trunk_build(t, by, &w));
	return ca_sign(signer, wr_done(&w), &whole);
}

static X509 *x509_of(struct bytes der)
{
	const uint8_t *at = der.p;
	X509 *x = d2i_X509(NULL, &at, (long)der.n);
	CHECK(x && at == der.p + der.n);
	return x;
}

static void a_server_certificate_verifies_for_its_names_alone(void **state)
{
	struct fixture *f = *state;
	struct trunk t = request(f, TRUNK_SERVER);
	struct bytes der = made(f, &t, &f->ca.root_issuer, f->ca.root_key);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_SERVER, NULL) == X509_V_OK);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_CLIENT, NULL) == X509_V_ERR_INVALID_PURPOSE);
	X509 *x = x509_of(der);
	CHECK(X509_check_host(x, "localhost", 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1);
	CHECK(X509_check_host(x, "assay.example.org", 0, 0, NULL) == 1);
	CHECK(X509_check_host(x, "other.example.org", 0, 0, NULL) == 0);
	CHECK(X509_check_ip_asc(x, "127.0.0.1", 0) == 1);
	CHECK(X509_check_ip_asc(x, "127.0.0.2", 0) == 0);
	X509_free(x);
}

static void the_issuing_ca_cannot_make_a_server_certificate(void **state)
{
	struct fixture *f = *state;
	struct trunk t = request(f, TRUNK_SERVER);
	struct bytes der = made(f, &t, &f->ca.issuer, f->ca.key);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_SERVER, NULL) == X509_V_ERR_INVALID_PURPOSE);
}

static void the_issuing_ca_cannot_make_another_ca(void **state)
{
	struct fixture *f = *state;
	struct ca below = f->ca;
	uint8_t point[65], tbs[TBS_SIZE_MAX], leaf[TBS_CERTIFICATE_MAX];
	struct trunk t = request(f, TRUNK_ISSUING);
	struct bytes der = made(f, &t, &f->ca.issuer, f->ca.key);
	OK(issuer_parse(der, &below.issuer));
	struct issue i = ca_issue(FRAME_CERTIFICATE_DEVICE, f->key, point);
	struct wr w = wr_of(tbs, sizeof(tbs)), whole = wr_of(leaf, sizeof(leaf));
	OK(profile_build(&i, &below.issuer, &w));
	struct bytes end = ca_sign(f->key, wr_done(&w), &whole);
	/* Both intermediates are offered: the second one's issuer allows none below it. */
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509 *root = x509_of(f->ca.root), *x = x509_of(end);
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	CHECK(X509_STORE_add_cert(store, root) == 1);
	CHECK(sk_X509_push(chain, x509_of(f->ca.certificate)) == 1 && sk_X509_push(chain, x509_of(der)) == 2);
	CHECK(X509_STORE_CTX_init(c, store, x, chain) == 1);
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(c), CA_NOW);
	CHECK(X509_verify_cert(c) != 1);
	CHECK(X509_STORE_CTX_get_error(c) == X509_V_ERR_PATH_LENGTH_EXCEEDED);
	X509_STORE_CTX_free(c);
	sk_X509_pop_free(chain, X509_free);
	X509_STORE_free(store);
	X509_free(root);
	X509_free(x);
}

static void the_cas_say_what_they_may_do(void **state)
{
	struct fixture *f = *state;
	X509 *root = x509_of(f->ca.root), *issuing = x509_of(f->ca.certificate);
	CHECK(X509_check_ca(root) == 1 && X509_check_ca(issuing) == 1);
	CHECK(X509_get_pathlen(root) == 1 && X509_get_pathlen(issuing) == 0);
	CHECK(X509_get_key_usage(root) == (KU_KEY_CERT_SIGN | KU_CRL_SIGN));
	CHECK(X509_get_key_usage(issuing) == (KU_KEY_CERT_SIGN | KU_CRL_SIGN));
	CHECK(X509_get_extended_key_usage(root) == UINT32_MAX);
	CHECK((X509_get_extended_key_usage(issuing) & (XKU_SSL_CLIENT | XKU_SSL_SERVER)) == XKU_SSL_CLIENT);
	CERTIFICATEPOLICIES *p = X509_get_ext_d2i(issuing, NID_certificate_policies, NULL, NULL);
	CHECK(p && sk_POLICYINFO_num(p) == 3);
	CHECK(X509_get_ext_by_NID(root, NID_certificate_policies, -1) < 0);
	CERTIFICATEPOLICIES_free(p);
	X509_free(root);
	X509_free(issuing);
}

static void all_begin_a_day_ago_and_none_outlives_the_root(void **state)
{
	struct fixture *f = *state;
	CHECK(f->ca.root_issuer.not_before == CA_NOW - 86400 && f->ca.issuer.not_before == CA_NOW - 86400);
	CHECK(f->ca.issuer.not_after < f->ca.root_issuer.not_after);
	struct trunk t = request(f, TRUNK_SERVER);
	t.now = f->ca.root_issuer.not_after - 60;
	X509 *x = x509_of(made(f, &t, &f->ca.root_issuer, f->ca.root_key));
	CHECK(ASN1_TIME_cmp_time_t(X509_get0_notAfter(x), f->ca.root_issuer.not_after) == 0);
	X509_free(x);
}

static void what_the_trunk_forbids_is_refused(void **state)
{
	struct fixture *f = *state;
	const struct issuer *by = &f->ca.root_issuer;
	struct bytes_list odd = { .n = 1, .v = { BYTES_TEXT("a b") } }, none = { 0 };
	struct bytes_list wide = { .n = 1, .v = { BYTES_OF(serial) } },
			  short_one = { .n = 1, .v = { BYTES_TEXT("abc") } };
	struct trunk server = request(f, TRUNK_SERVER), issuing = request(f, TRUNK_ISSUING);
	struct trunk bad[] = { server, server, server, server, server,
			       server, issuing, issuing, server, server };
	size_t n = 0;
	bad[n++].kind = (enum trunk_kind)0;
	bad[n++].kind = (enum trunk_kind)(TRUNK_SERVER + 1);
	bad[n++].serial = bytes_slice(server.serial, 0, 15);
	bad[n++].key.kind = SPKI_P384;
	bad[n++].dns = &odd;
	bad[n].dns = NULL;
	bad[n++].addresses = &none;
	bad[n++].dns = &f->dns;
	bad[n++].name = (struct bytes){ 0 };
	bad[n++].addresses = &short_one;
	bad[n++].now = by->not_after;
	CHECK(n == COUNT_OF(bad));
	for (size_t i = 0; i < n; i++) {
		uint8_t tbs[TBS_SIZE_MAX];
		struct wr w = wr_of(tbs, sizeof(tbs));
		REFUSES(SIGNER_REFUSED, trunk_build(&bad[i], by, &w));
	}
	server.addresses = &wide; /* sixteen octets are an IPv6 address */
	made(f, &server, by, f->ca.root_key);
}

static void an_issuer_is_read_from_its_certificate(void **state)
{
	struct fixture *f = *state;
	X509 *x = x509_of(f->ca.certificate);
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(x);
	CHECK(is_bytes_equal(f->ca.issuer.key_id,
			     bytes_of(ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id))));
	const uint8_t *name = NULL;
	size_t n = 0;
	CHECK(X509_NAME_get0_der(X509_get_subject_name(x), &name, &n) == 1);
	CHECK(is_bytes_equal(f->ca.issuer.name, bytes_of(name, n)));
	uint8_t *key = NULL;
	int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &key);
	CHECK(size > 0 && is_bytes_equal(f->ca.issuer.key, bytes_of(key, (size_t)size)));
	OPENSSL_free(key);
	X509_free(x);
}

static void a_cut_or_longer_issuer_is_refused(void **state)
{
	struct fixture *f = *state;
	struct bytes der = f->ca.certificate;
	uint8_t longer[TBS_CERTIFICATE_MAX + 1] = { 0 };
	struct issuer i;
	for (size_t n = 0; n < der.n; n++)
		REFUSES(CERT_MALFORMED, issuer_parse(bytes_slice(der, 0, n), &i));
	CHECK(bytes_copy(der, longer, der.n));
	REFUSES(CERT_MALFORMED, issuer_parse(bytes_of(longer, der.n + 1), &i));
}

static void a_certificate_that_is_no_ca_is_no_issuer(void **state)
{
	struct fixture *f = *state;
	struct trunk t = request(f, TRUNK_SERVER);
	struct issuer i;
	REFUSES(CERT_MALFORMED, issuer_parse(made(f, &t, &f->ca.root_issuer, f->ca.root_key), &i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_server_certificate_verifies_for_its_names_alone),
		TEST(the_issuing_ca_cannot_make_a_server_certificate),
		TEST(the_issuing_ca_cannot_make_another_ca),
		TEST(the_cas_say_what_they_may_do),
		TEST(all_begin_a_day_ago_and_none_outlives_the_root),
		TEST(what_the_trunk_forbids_is_refused),
		TEST(an_issuer_is_read_from_its_certificate),
		TEST(a_cut_or_longer_issuer_is_refused),
		TEST(a_certificate_that_is_no_ca_is_no_issuer),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
