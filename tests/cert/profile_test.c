#include <string.h>

#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "ca.h"
#include "cert/lint.h"
#include "cert/point.h"
#include "test.h"

struct fixture {
	struct ca ca;
	EVP_PKEY *key;
	uint8_t point[65];
	uint8_t tbs[TBS_SIZE_MAX];
	uint8_t certificate[TBS_CERTIFICATE_MAX];
};

static int set_up(void **state)
{
	static struct fixture f;
	ca_init(&f.ca);
	f.key = EVP_EC_gen("P-256");
	*state = &f;
	return f.key ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ca_done(&f->ca);
	EVP_PKEY_free(f->key);
	return 0;
}

static struct bytes built(struct fixture *f, const struct issue *i)
{
	struct wr w = wr_of(f->tbs, sizeof(f->tbs));
	OK(profile_build(i, &f->ca.issuer, &w));
	return wr_done(&w);
}

static struct bytes issued(struct fixture *f, const struct issue *i)
{
	struct wr w = wr_of(f->certificate, sizeof(f->certificate));
	return ca_sign(f->ca.key, built(f, i), &w);
}

static void the_same_request_gives_the_same_octets(void **state)
{
	struct fixture *f = *state;
	struct issue i = ca_issue(FRAME_CERTIFICATE_DEVICE, f->key, f->point);
	uint8_t again[TBS_SIZE_MAX], hash[PROFILE_HASH_SIZE], expected[SHA256_DIGEST_LENGTH];
	struct wr w = wr_of(again, sizeof(again));
	struct bytes first = built(f, &i);
	i.tbs_hash = BYTES_TEXT("not read");
	OK(profile_build(&i, &f->ca.issuer, &w));
	CHECK(is_bytes_equal(first, wr_done(&w)));
	OK(profile_hash(&i, &f->ca.issuer, hash));
	SHA256(first.p, first.n, expected);
	CHECK(is_bytes_equal(BYTES_OF(hash), BYTES_OF(expected)));
}

static void every_field_of_the_request_changes_the_hash(void **state)
{
	struct fixture *f = *state;
	static const uint8_t id[16] = { 0x43, 9 };
	uint8_t point[65], hash[8][PROFILE_HASH_SIZE];
	EVP_PKEY *other = EVP_EC_gen("P-256");
	struct issue base = ca_issue(FRAME_CERTIFICATE_DEVICE, f->key, f->point), v[8];
	for (size_t n = 0; n < COUNT_OF(v); n++)
		v[n] = base;
	v[1].kind = FRAME_CERTIFICATE_AK;
	v[2].serial = BYTES_OF(id);
	v[3].device_id = BYTES_OF(id);
	v[4].not_before++;
	v[5].not_after++;
	v[6].assurance = TRIP_ASSURED_USER;
	v[7] = ca_issue(FRAME_CERTIFICATE_DEVICE, other, point);
	for (size_t n = 0; n < COUNT_OF(v); n++) {
		OK(profile_hash(&v[n], &f->ca.issuer, hash[n]));
		for (size_t m = 0; m < n; m++)
			CHECK(!is_bytes_equal(BYTES_OF(hash[n]), BYTES_OF(hash[m])));
	}
	EVP_PKEY_free(other);
}

static void a_device_certificate_verifies_for_tls_clients_and_for_nothing_else(void **state)
{
	struct fixture *f = *state;
	struct issue i = ca_issue(FRAME_CERTIFICATE_DEVICE, f->key, f->point);
	struct bytes der = issued(f, &i);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_CLIENT, NULL) == X509_V_OK);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_SERVER, NULL) == X509_V_ERR_INVALID_PURPOSE);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_CRL_SIGN, NULL) != X509_V_OK);
}

static void an_ak_certificate_verifies_but_for_no_use_in_tls(void **state)
{
	struct fixture *f = *state;
	struct issue i = ca_issue(FRAME_CERTIFICATE_AK, f->key, f->point);
	struct bytes der = issued(f, &i);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_ANY, NULL) == X509_V_OK);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_CLIENT, NULL) == X509_V_ERR_INVALID_PURPOSE);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_SERVER, NULL) == X509_V_ERR_INVALID_PURPOSE);
}

static void every_kind_key_and_assurance_reads_back_as_asked(void **state)
{
	struct fixture *f = *state;
	struct issuer bare = f->ca.issuer, shared = bare, far = f->ca.issuer;
	OK(lint_check_all(&f->ca.issuer));
	bare.url = (struct bytes){ 0 };
	OK(lint_check_all(&bare));
	for (uint64_t n = 1; n <= POINT_LISTS_MAX; n *= 2) {
		shared.lists = n;
		OK(lint_check_all(&shared));
	}
	far.not_before = INT64_C(2556144000); /* 2051: GeneralizedTime */
	far.not_after = far.not_before + 86400;
	OK(lint_check_all(&far));
}

static void any_octet_of_the_certificate_that_differs_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct issue i = ca_issue(FRAME_CERTIFICATE_DEVICE, f->key, f->point);
	struct bytes der = issued(f, &i);
	OK(lint_check(der, &i, &f->ca.issuer));
	size_t signature = 4 + built(f, &i).n; /* nobody reads what follows */
	for (size_t at = 0; at < signature; at++) {
		f->certificate[at] ^= 1;
		REFUSES(BUG, lint_check(der, &i, &f->ca.issuer));
		f->certificate[at] ^= 1;
	}
	for (size_t n = 0; n < der.n; n++)
		REFUSES(BUG, lint_check(bytes_slice(der, 0, n), &i, &f->ca.issuer));
}

static void a_certificate_of_another_request_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct issue i = ca_issue(FRAME_CERTIFICATE_DEVICE, f->key, f->point), other = i;
	struct bytes der = issued(f, &i);
	other.assurance = 0;
	REFUSES(BUG, lint_check(der, &other, &f->ca.issuer));
	other = i;
	other.kind = FRAME_CERTIFICATE_AK;
	REFUSES(BUG, lint_check(der, &other, &f->ca.issuer));
	struct issuer elsewhere = f->ca.issuer;
	elsewhere.url = (struct bytes){ 0 };
	REFUSES(BUG, lint_check(der, &i, &elsewhere));
	elsewhere = f->ca.issuer;
	elsewhere.lists = 64;
	REFUSES(BUG, lint_check(der, &i, &elsewhere));
}

static void without_assurance_there_is_no_policies_extension(void **state)
{
	struct fixture *f = *state;
	struct issue i = ca_issue(FRAME_CERTIFICATE_DEVICE, f->key, f->point);
	i.assurance = 0;
	struct bytes der = issued(f, &i);
	const uint8_t *at = der.p;
	X509 *x = d2i_X509(NULL, &at, (long)der.n);
	CHECK(x && X509_get_ext_by_NID(x, NID_certificate_policies, -1) < 0);
	CHECK(ca_verify(&f->ca, der, X509_PURPOSE_SSL_CLIENT, NULL) == X509_V_OK);
	X509_free(x);
}

static void what_was_signed_is_known_by_the_hash_it_was_asked_by(void **state)
{
	struct fixture *f = *state;
	const struct issue i = ca_issue(FRAME_CERTIFICATE_DEVICE, f->key, f->point);
	uint8_t hash[PROFILE_HASH_SIZE], changed[TBS_CERTIFICATE_MAX + 1] = { 0 };
	OK(profile_hash(&i, &f->ca.issuer, hash));
	struct bytes whole = issued(f, &i);
	size_t tbs_end = 4 + built(f, &i).n;
	OK(profile_check_signed(whole, BYTES_OF(hash)));
	for (size_t n = 0; n < whole.n; n++)
		REFUSES(SIGNER_REFUSED, profile_check_signed(bytes_slice(whole, 0, n), BYTES_OF(hash)));
	memcpy(changed, whole.p, whole.n);
	REFUSES(SIGNER_REFUSED, profile_check_signed(bytes_of(changed, whole.n + 1), BYTES_OF(hash)));
	for (size_t n = 0; n < tbs_end; n++) {
		changed[n] ^= 1;
		REFUSES(SIGNER_REFUSED, profile_check_signed(bytes_of(changed, whole.n), BYTES_OF(hash)));
		changed[n] ^= 1;
	}
	REFUSES(SIGNER_REFUSED, profile_check_signed(BYTES_OF(changed), BYTES_OF(hash)));
}

static void what_the_profile_forbids_is_refused(void **state)
{
	struct fixture *f = *state;
	static const uint8_t zeros[16], low[16] = { 0x01 }, negative[16] = { 0x80 }, wide[17] = { 0x41 };
	const struct issue good = ca_issue(FRAME_CERTIFICATE_DEVICE, f->key, f->point);
	const struct issuer *by = &f->ca.issuer;
	struct issue bad[] = { good, good, good, good, good, good, good, good, good, good, good, good, good,
			       good, good, good, good, good, good, good, good, good, good };
	size_t n = 0;
	bad[n++].kind = 0;
	bad[n++].kind = FRAME_CERTIFICATE_DEVICE + 1;
	bad[n++].kind = UINT64_MAX;
	bad[n++].serial = (struct bytes){ 0 };
	bad[n++].serial = BYTES_OF(zeros);
	bad[n++].serial = BYTES_OF(low);
	bad[n++].serial = BYTES_OF(negative);
	bad[n++].serial = BYTES_OF(wide);
	bad[n++].device_id = BYTES_OF(zeros);
	bad[n++].device_id = BYTES_OF(wide);
	bad[n++].assurance = 8;
	bad[n++].assurance = (uint64_t)1 << 32;
	bad[n++].key = 0;
	bad[n++].key = FRAME_KEY_RSA;
	bad[n++].key = FRAME_KEY_P384;
	bad[n++].key = FRAME_KEY_P521;
	bad[n++].key = FRAME_KEY_LAST + 1;
	bad[n++].key_a = bytes_slice(good.key_a, 0, 31);
	bad[n++].not_after = good.not_before;
	bad[n++].not_after = good.not_before + PROFILE_VALIDITY_MAX_S + 1;
	bad[n++].not_after = UINT64_MAX;
	bad[n++].not_before = (uint64_t)by->not_before - 1;
	bad[n].kind = FRAME_CERTIFICATE_AK;
	bad[n++].assurance = 0;
	CHECK(n == COUNT_OF(bad));
	uint8_t hash[PROFILE_HASH_SIZE];
	OK(profile_check(&good, by));
	for (size_t i = 0; i < n; i++) {
		REFUSES(SIGNER_REFUSED, profile_check(&bad[i], by));
		REFUSES(SIGNER_REFUSED, profile_hash(&bad[i], by, hash));
	}
}

static void nothing_outlives_its_issuer(void **state)
{
	struct fixture *f = *state;
	struct issue i = ca_issue(FRAME_CERTIFICATE_DEVICE, f->key, f->point);
	i.not_after = (uint64_t)f->ca.issuer.not_after;
	i.not_before = i.not_after - 86400;
	OK(profile_check(&i, &f->ca.issuer));
	i.not_after++;
	REFUSES(SIGNER_REFUSED, profile_check(&i, &f->ca.issuer));
}

static void too_little_room_is_a_fault(void **state)
{
	struct fixture *f = *state;
	struct issue i = ca_issue(FRAME_CERTIFICATE_DEVICE, f->key, f->point);
	size_t whole = built(f, &i).n;
	for (size_t n = 0; n < whole; n++) {
		struct wr w = wr_of(f->tbs, n);
		REFUSES(BUG, profile_build(&i, &f->ca.issuer, &w));
	}
}

static void a_serial_is_positive_and_sixteen_octets(void **state)
{
	(void)state;
	uint8_t random[PROFILE_SERIAL_SIZE], serial[PROFILE_SERIAL_SIZE];
	for (unsigned v = 0; v < 256; v++) {
		memset(random, (int)v, sizeof(random));
		profile_build_serial(random, serial);
		CHECK(serial[0] >= 0x40 && serial[0] < 0x80);
		CHECK(memcmp(serial + 1, random + 1, sizeof(serial) - 1) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_request_gives_the_same_octets),
		TEST(every_field_of_the_request_changes_the_hash),
		TEST(a_device_certificate_verifies_for_tls_clients_and_for_nothing_else),
		TEST(an_ak_certificate_verifies_but_for_no_use_in_tls),
		TEST(every_kind_key_and_assurance_reads_back_as_asked),
		TEST(any_octet_of_the_certificate_that_differs_is_noticed),
		TEST(a_certificate_of_another_request_is_noticed),
		TEST(without_assurance_there_is_no_policies_extension),
		TEST(what_was_signed_is_known_by_the_hash_it_was_asked_by),
		TEST(what_the_profile_forbids_is_refused),
		TEST(nothing_outlives_its_issuer),
		TEST(too_little_room_is_a_fault),
		TEST(a_serial_is_positive_and_sixteen_octets),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
