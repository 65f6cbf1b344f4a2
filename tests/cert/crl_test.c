#include <string.h>

#include <openssl/x509v3.h>

#include "ca.h"
#include "cert/crl.h"
#include "cert/point.h"
#include "cert/tbs.h"
#include "test.h"

struct fixture {
	struct ca ca;
	uint8_t tbs[4096];
	uint8_t whole[4096];
};

static const struct crl plain = {
	.number = 300, .this_update = CA_NOW - 60, .next_update = CA_NOW + 86400, .lists = 1
};

/* The plain list with those rows; octets holds them. */
static struct crl listing(const struct crl_row *rows, size_t n, uint8_t octets[static 64])
{
	struct crl c = plain;
	struct wr w = wr_of(octets, 64);
	for (size_t i = 0; i < n; i++)
		crl_put_row(&rows[i], &w);
	c.revoked = wr_done(&w);
	return c;
}

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

static X509_CRL *made(struct fixture *f, const struct crl *c)
{
	struct wr w = wr_of(f->tbs, sizeof(f->tbs)), whole = wr_of(f->whole, sizeof(f->whole));
	OK(crl_build(c, &f->ca.issuer, &w));
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
	X509_CRL *crl = made(f, &plain);
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
	uint8_t octets[64];
	const struct crl_row entries[] = {
		{ BYTES_OF(serials[0]), CA_NOW - 100, CRL_KEY_COMPROMISE },
		{ BYTES_OF(serials[1]), CA_NOW - 90, CRL_UNSPECIFIED },
	};
	const struct crl c = listing(entries, COUNT_OF(entries), octets);
	X509_CRL *crl = made(f, &c);
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
	uint8_t octets[64];
	const struct crl_row row = { i.serial, CA_NOW - 30, CRL_CESSATION };
	const struct crl listed = listing(&row, 1, octets);
	X509_CRL *empty = made(f, &plain);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_CLIENT, empty) == X509_V_OK);
	X509_CRL *full = made(f, &listed);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_CLIENT, full) == X509_V_ERR_CERT_REVOKED);
	X509_CRL_free(empty);
	X509_CRL_free(full);
	EVP_PKEY_free(key);
}

static void times_and_reasons_that_cannot_be_are_refused(void **state)
{
	struct fixture *f = *state;
	static const uint8_t serial[16] = { 0x41 };
	uint8_t octets[64];
	struct wr w = wr_of(f->tbs, sizeof(f->tbs));
	struct crl backwards = plain;
	backwards.next_update = plain.this_update;
	REFUSES(SIGNER_REFUSED, crl_build(&backwards, &f->ca.issuer, &w));
	static const unsigned reasons[] = { 7, 8, 11, 255 };
	for (size_t i = 0; i < COUNT_OF(reasons); i++) {
		const struct crl_row row = { BYTES_OF(serial), CA_NOW, (enum crl_reason)reasons[i] };
		const struct crl c = listing(&row, 1, octets);
		REFUSES(SIGNER_REFUSED, crl_build(&c, &f->ca.issuer, &w));
	}
	CHECK(w.at == 0);
}

static void rows_that_are_not_whole_in_order_and_of_the_list_are_refused(void **state)
{
	struct fixture *f = *state;
	static const uint8_t low[16] = { 0x40, 1 }, high[16] = { 0x7F, 1 }, foreign[16] = { 0x80 };
	uint8_t octets[64];
	const struct crl_row rows[] = { { BYTES_OF(low), 1, CRL_HOLD }, { BYTES_OF(high), 1, CRL_HOLD } };
	const struct crl_row turned[] = { rows[1], rows[0] }, twice[] = { rows[0], rows[0] };
	const struct crl_row other = { BYTES_OF(foreign), 1, CRL_HOLD };
	struct wr w = wr_of(f->tbs, sizeof(f->tbs));
	struct crl c = listing(rows, 2, octets), whole = c;
	OK(crl_build(&c, &f->ca.issuer, &w));
	for (size_t n = 1; n < whole.revoked.n; n++) {
		c.revoked = bytes_slice(whole.revoked, 0, n);
		if (n != FRAME_REVOKED_SIZE)
			REFUSES(SIGNER_REFUSED, crl_build(&c, &f->ca.issuer, &w));
	}
	whole.lists = 2;
	REFUSES(SIGNER_REFUSED, crl_build(&whole, &f->ca.issuer, &w));
	c = listing(turned, 2, octets);
	REFUSES(SIGNER_REFUSED, crl_build(&c, &f->ca.issuer, &w));
	c = listing(twice, 2, octets);
	REFUSES(SIGNER_REFUSED, crl_build(&c, &f->ca.issuer, &w));
	c = listing(&other, 1, octets);
	REFUSES(SIGNER_REFUSED, crl_build(&c, &f->ca.issuer, &w));
	const struct point none[] = { { 0, 0, 0 }, { 3, 0, 0 }, { 4, 4, 0 }, { 128, 0, 0 } };
	for (size_t i = 0; i < COUNT_OF(none); i++) {
		c = plain;
		c.lists = none[i].count;
		c.list = none[i].at;
		REFUSES(SIGNER_REFUSED, crl_build(&c, &f->ca.issuer, &w));
	}
}

/* A certificate whose serial begins with that octet. */
static struct bytes leaf(struct fixture *f, uint8_t first, uint8_t certificate[static TBS_CERTIFICATE_MAX])
{
	uint8_t point[65], tbs[TBS_SIZE_MAX], serial[16] = { first, 1 };
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct issue i = ca_issue(FRAME_CERTIFICATE_DEVICE, key, point);
	struct wr w = wr_of(tbs, sizeof(tbs)), whole = wr_of(certificate, TBS_CERTIFICATE_MAX);
	i.serial = BYTES_OF(serial);
	OK(profile_build(&i, &f->ca.issuer, &w));
	EVP_PKEY_free(key);
	return ca_sign(f->ca.key, wr_done(&w), &whole);
}

/* Each certificate is checked by the list that it names and by none of the others. */
static void of_several_lists_one_is_a_certificates_own(void **state)
{
	struct fixture *f = *state;
	uint8_t certificate[TBS_CERTIFICATE_MAX];
	struct crl c = plain;
	f->ca.issuer.lists = c.lists = 4;
	for (c.list = 0; c.list < 4; c.list++) {
		X509_CRL *crl = made(f, &c);
		int at = X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1);
		CHECK(X509_EXTENSION_get_critical(X509_CRL_get_ext(crl, at)) == 1);
		for (unsigned octet = 0x40; octet < 0x80; octet++) {
			struct bytes der = leaf(f, (uint8_t)octet, certificate);
			bool is_own = (octet - 0x40) / 16 == c.list;
			CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_CLIENT, crl) ==
			      (is_own ? X509_V_OK : X509_V_ERR_DIFFERENT_CRL_SCOPE));
		}
		X509_CRL_free(crl);
	}
	X509_CRL *whole = made(f, &plain);
	CHECK(ca_verify(&f->ca, leaf(f, 0x55, certificate), X509_PURPOSE_SSL_CLIENT, whole) == X509_V_OK);
	X509_CRL_free(whole);
	f->ca.issuer.lists = 1;
}

static void every_serial_is_in_the_range_of_its_list_alone(void **state)
{
	(void)state;
	for (uint64_t count = 1; count <= POINT_LISTS_MAX; count *= 2) {
		for (unsigned octet = 0x40; octet < 0x80; octet++) {
			uint8_t serial[16] = { (uint8_t)octet }, above[16], upto[16];
			const struct issuer by = { .lists = count, .generation = 7 };
			struct point own = point_of(&by, BYTES_OF(serial));
			size_t found = 0;
			for (struct point p = { count, 0, 7 }; p.at < count; p.at++) {
				point_get_range(p, above, upto);
				bool is_in = bytes_compare(BYTES_OF(serial), BYTES_OF(above)) > 0 &&
					     bytes_compare(BYTES_OF(serial), BYTES_OF(upto)) <= 0;
				CHECK(is_in == (p.at == own.at));
				found += is_in;
			}
			CHECK(found == 1 && is_point(own));
		}
	}
}

static void the_files_of_each_issuer_have_names_of_their_own(void **state)
{
	static const struct {
		struct point point;
		const char *path, *certificate;
	} rows[] = {
		{ { 1, 0, 0 }, "/ca/issuing.crl", "/ca/issuing.crt" },
		{ { 16, 3, 0 }, "/ca/crl/16-3.crl", "/ca/issuing.crt" },
		{ { 1, 0, 1 }, "/ca/crl/g1.crl", "/ca/crt/g1.crt" },
		{ { 64, 63, POINT_GENERATION_MAX }, "/ca/crl/g999-64-63.crl", "/ca/crt/g999.crt" },
	};
	char path[POINT_PATH_SIZE];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CHECK(is_point(rows[i].point) && strcmp(point_path(rows[i].point, path), rows[i].path) == 0);
		point_certificate_path(rows[i].point.generation, path);
		CHECK(strcmp(path, rows[i].certificate) == 0);
	}
	CHECK(!is_point((struct point){ 1, 0, POINT_GENERATION_MAX + 1 }));
}

static void the_list_of_another_issuer_is_refused(void **state)
{
	struct fixture *f = *state;
	struct crl other = plain;
	struct wr w = wr_of(f->tbs, sizeof(f->tbs));
	other.generation = 1;
	REFUSES(SIGNER_REFUSED, crl_build(&other, &f->ca.issuer, &w));
}

static void what_was_signed_is_known_by_the_hash_of_what_was_to_be(void **state)
{
	struct fixture *f = *state;
	struct crl other = plain;
	uint8_t hash[CRL_HASH_SIZE];
	struct wr w = wr_of(f->tbs, sizeof(f->tbs)), whole = wr_of(f->whole, sizeof(f->whole));
	OK(crl_hash(&plain, &f->ca.issuer, &w, hash));
	struct bytes der = ca_sign(f->ca.key, wr_done(&w), &whole);
	OK(tbs_check_signed(der, BYTES_OF(hash)));
	for (size_t n = 0; n < der.n; n++)
		REFUSES(SIGNER_REFUSED, tbs_check_signed(bytes_slice(der, 0, n), BYTES_OF(hash)));
	f->whole[der.n] = 0;
	REFUSES(SIGNER_REFUSED, tbs_check_signed(bytes_of(f->whole, der.n + 1), BYTES_OF(hash)));
	other.number++;
	w.at = 0;
	OK(crl_hash(&other, &f->ca.issuer, &w, hash));
	REFUSES(SIGNER_REFUSED, tbs_check_signed(der, BYTES_OF(hash)));
}

static void a_list_that_does_not_fit_is_a_fault(void **state)
{
	struct fixture *f = *state;
	struct wr whole = wr_of(f->tbs, sizeof(f->tbs));
	OK(crl_build(&plain, &f->ca.issuer, &whole));
	for (size_t n = 0; n < whole.at; n++) {
		struct wr w = wr_of(f->whole, n);
		REFUSES(SYS_MEMORY, crl_build(&plain, &f->ca.issuer, &w));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_list_has_number_times_and_issuer),
		TEST(entries_carry_serial_time_and_reason),
		TEST(a_revoked_certificate_no_longer_verifies),
		TEST(times_and_reasons_that_cannot_be_are_refused),
		TEST(rows_that_are_not_whole_in_order_and_of_the_list_are_refused),
		TEST(of_several_lists_one_is_a_certificates_own),
		TEST(every_serial_is_in_the_range_of_its_list_alone),
		TEST(the_files_of_each_issuer_have_names_of_their_own),
		TEST(the_list_of_another_issuer_is_refused),
		TEST(what_was_signed_is_known_by_the_hash_of_what_was_to_be),
		TEST(a_list_that_does_not_fit_is_a_fault),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
