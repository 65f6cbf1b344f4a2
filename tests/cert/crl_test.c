#include <string.h>

#include <openssl/x509v3.h>

#include "ca.h"
#include "cert/crl.h"
#include "test.h"

struct fixture {
	struct ca ca;
	uint8_t tbs[4096];
	uint8_t whole[4096];
};

static const struct crl plain = { .number = 300, .this_update = CA_NOW - 60, .next_update = CA_NOW + 86400 };

static int set_up(void **state)
{
	static struct fixture f;
	ca_init(&f.ca);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	ca_done(&((struct fixture *)*state)->ca);
	return 0;
}

static X509_CRL *made(struct fixture *f, const struct crl *c, struct crl_entries entries)
{
	struct wr w = wr_of(f->tbs, sizeof(f->tbs)), whole = wr_of(f->whole, sizeof(f->whole));
	OK(crl_build(c, &f->ca.issuer, entries, &w));
	struct bytes der = ca_sign(f->ca.key, wr_done(&w), &whole);
	const uint8_t *at = der.p;
	X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der.n);
	CHECK(crl && at == der.p + der.n);
	CHECK(X509_CRL_verify(crl, f->ca.key) == 1);
	return crl;
}

static void an_empty_list_has_number_times_and_issuer(void **state)
{
	struct fixture *f = *state;
	X509_CRL *crl = made(f, &plain, (struct crl_entries){ 0 });
	CHECK(X509_CRL_get_version(crl) == X509_CRL_VERSION_2 && !X509_CRL_get_REVOKED(crl));
	CHECK(ASN1_TIME_cmp_time_t(X509_CRL_get0_lastUpdate(crl), CA_NOW - 60) == 0);
	CHECK(ASN1_TIME_cmp_time_t(X509_CRL_get0_nextUpdate(crl), CA_NOW + 86400) == 0);
	ASN1_INTEGER *number = X509_CRL_get_ext_d2i(crl, NID_crl_number, NULL, NULL);
	CHECK(number && ASN1_INTEGER_get(number) == 300);
	AUTHORITY_KEYID *id = X509_CRL_get_ext_d2i(crl, NID_authority_key_identifier, NULL, NULL);
	CHECK(id &&
	      is_bytes_equal(f->ca.issuer.key_id, bytes_of(id->keyid->data, (size_t)id->keyid->length)));
	const uint8_t *name = NULL;
	size_t n = 0;
	CHECK(X509_NAME_get0_der(X509_CRL_get_issuer(crl), &name, &n) == 1);
	CHECK(is_bytes_equal(f->ca.issuer.name, bytes_of(name, n)));
	ASN1_INTEGER_free(number);
	AUTHORITY_KEYID_free(id);
	X509_CRL_free(crl);
}

static void entries_carry_serial_time_and_reason(void **state)
{
	struct fixture *f = *state;
	static const uint8_t serials[2][16] = { { 0x41, 7 }, { 0x42, 8 } };
	const struct crl_entry entries[] = {
		{ BYTES_OF(serials[0]), CA_NOW - 100, CRL_KEY_COMPROMISE },
		{ BYTES_OF(serials[1]), CA_NOW - 90, CRL_UNSPECIFIED },
	};
	X509_CRL *crl = made(f, &plain, (struct crl_entries){ entries, COUNT_OF(entries) });
	STACK_OF(X509_REVOKED) *list = X509_CRL_get_REVOKED(crl);
	CHECK(sk_X509_REVOKED_num(list) == 2);
	for (int i = 0; i < 2; i++) {
		X509_REVOKED *r = sk_X509_REVOKED_value(list, i);
		const ASN1_INTEGER *serial = X509_REVOKED_get0_serialNumber(r);
		CHECK(is_bytes_equal(entries[i].serial, bytes_of(serial->data, (size_t)serial->length)));
		CHECK(ASN1_TIME_cmp_time_t(X509_REVOKED_get0_revocationDate(r), entries[i].time) == 0);
	}
	ASN1_ENUMERATED *reason =
		X509_REVOKED_get_ext_d2i(sk_X509_REVOKED_value(list, 0), NID_crl_reason, NULL, NULL);
	CHECK(reason && ASN1_ENUMERATED_get(reason) == CRL_KEY_COMPROMISE);
	CHECK(X509_REVOKED_get_ext_count(sk_X509_REVOKED_value(list, 1)) == 0);
	ASN1_ENUMERATED_free(reason);
	X509_CRL_free(crl);
}

static void a_revoked_certificate_no_longer_verifies(void **state)
{
	struct fixture *f = *state;
	uint8_t point[65], tbs[TBS_SIZE_MAX], certificate[TBS_CERTIFICATE_MAX];
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct issue i = ca_issue(FRAME_CERTIFICATE_DEVICE, key, point);
	struct wr w = wr_of(tbs, sizeof(tbs)), whole = wr_of(certificate, sizeof(certificate));
	OK(profile_build(&i, &f->ca.issuer, &w));
	struct bytes der = ca_sign(f->ca.key, wr_done(&w), &whole);
	const struct crl_entry entry = { i.serial, CA_NOW - 30, CRL_CESSATION };
	X509_CRL *empty = made(f, &plain, (struct crl_entries){ 0 });
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_CLIENT, empty) == X509_V_OK);
	X509_CRL *full = made(f, &plain, (struct crl_entries){ &entry, 1 });
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_CLIENT, full) == X509_V_ERR_CERT_REVOKED);
	X509_CRL_free(empty);
	X509_CRL_free(full);
	EVP_PKEY_free(key);
}

static void times_and_reasons_that_cannot_be_are_refused(void **state)
{
	struct fixture *f = *state;
	static const uint8_t serial[16] = { 0x41 };
	struct wr w = wr_of(f->tbs, sizeof(f->tbs));
	struct crl backwards = plain;
	backwards.next_update = plain.this_update;
	REFUSES(SIGNER_REFUSED, crl_build(&backwards, &f->ca.issuer, (struct crl_entries){ 0 }, &w));
	static const unsigned reasons[] = { 7, 8, 11, 255 };
	for (size_t i = 0; i < COUNT_OF(reasons); i++) {
		struct crl_entry e = { BYTES_OF(serial), CA_NOW, (enum crl_reason)reasons[i] };
		REFUSES(SIGNER_REFUSED, crl_build(&plain, &f->ca.issuer, (struct crl_entries){ &e, 1 }, &w));
	}
	struct crl_entry nameless = { { 0 }, CA_NOW, CRL_UNSPECIFIED };
	REFUSES(SIGNER_REFUSED, crl_build(&plain, &f->ca.issuer, (struct crl_entries){ &nameless, 1 }, &w));
}

static void a_list_that_does_not_fit_is_a_fault(void **state)
{
	struct fixture *f = *state;
	struct wr whole = wr_of(f->tbs, sizeof(f->tbs));
	OK(crl_build(&plain, &f->ca.issuer, (struct crl_entries){ 0 }, &whole));
	for (size_t n = 0; n < whole.at; n++) {
		struct wr w = wr_of(f->whole, n);
		REFUSES(SYS_MEMORY, crl_build(&plain, &f->ca.issuer, (struct crl_entries){ 0 }, &w));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_list_has_number_times_and_issuer),
		TEST(entries_carry_serial_time_and_reason),
		TEST(a_revoked_certificate_no_longer_verifies),
		TEST(times_and_reasons_that_cannot_be_are_refused),
		TEST(a_list_that_does_not_fit_is_a_fault),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
