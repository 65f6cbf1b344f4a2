#include <string.h>

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "ca.h"
#include "cert/crl.h"
#include "cert/ocsp.h"
#include "test.h"
#include "wire/der.h"

#define NONCE_SIZE 32

struct fixture {
	struct ca ca;
	X509 *issuing;
	uint8_t request[OCSP_REQUEST_MAX];
	uint8_t response[OCSP_SIZE_MAX];
};

static const uint8_t serial[] = { 0x41, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
static const uint8_t nonce[NONCE_SIZE] = { 9, 8, 7 };

static int set_up(void **state)
{
	static struct fixture f;
	ca_init(&f.ca);
	const uint8_t *at = f.ca.certificate.p;
	f.issuing = d2i_X509(NULL, &at, (long)f.ca.certificate.n);
	*state = &f;
	return f.issuing ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	X509_free(f->issuing);
	ca_done(&f->ca);
	return 0;
}

/* OpenSSL's question about the serial. */
static OCSP_CERTID *id_of(struct fixture *f, const EVP_MD *hash)
{
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	CHECK(number && ASN1_STRING_set(number, serial, sizeof(serial)) == 1);
	OCSP_CERTID *id = OCSP_cert_id_new(hash, X509_get_subject_name(f->issuing),
					   X509_get0_pubkey_bitstr(f->issuing), number);
	ASN1_INTEGER_free(number);
	CHECK(id != NULL);
	return id;
}

static struct bytes written(struct fixture *f, OCSP_REQUEST *r)
{
	uint8_t *at = f->request;
	int n = i2d_OCSP_REQUEST(r, NULL);
	CHECK(n > 0 && (size_t)n <= sizeof(f->request) && i2d_OCSP_REQUEST(r, &at) == n);
	OCSP_REQUEST_free(r);
	return bytes_of(f->request, (size_t)n);
}

static struct bytes asked(struct fixture *f, const EVP_MD *hash, size_t nonce_n)
{
	uint8_t octets[200] = { 9, 8, 7 };
	OCSP_REQUEST *r = OCSP_REQUEST_new();
	CHECK(r && OCSP_request_add0_id(r, id_of(f, hash)));
	CHECK(!nonce_n || OCSP_request_add1_nonce(r, octets, (int)nonce_n) == 1);
	return written(f, r);
}

static void a_question_is_read_as_it_was_asked(void **state)
{
	struct fixture *f = *state;
	const EVP_MD *const digests[] = { NULL, EVP_sha1(), EVP_sha256() };
	for (size_t hash = OCSP_SHA1; hash <= OCSP_SHA256; hash++) {
		struct inquiry i;
		OK(ocsp_parse(asked(f, digests[hash], NONCE_SIZE), &i));
		CHECK(i.hash == hash && is_bytes_equal(i.serial, BYTES_OF(serial)) && !i.request_id.p);
		CHECK(is_bytes_equal(i.nonce, BYTES_OF(nonce)) && is_ocsp_of(&i, &f->ca.issuer));
		CHECK(!is_ocsp_of(&i, &f->ca.root_issuer));
		OK(ocsp_parse(asked(f, digests[hash], 0), &i));
		CHECK(!i.nonce.p);
	}
}

static void every_truncation_and_every_octet_behind_is_refused(void **state)
{
	struct fixture *f = *state;
	struct inquiry i;
	struct bytes whole = asked(f, EVP_sha1(), NONCE_SIZE);
	for (size_t n = 0; n < whole.n; n++)
		REFUSES(PARSE_ENVELOPE, ocsp_parse(bytes_slice(whole, 0, n), &i));
	f->request[whole.n] = 0;
	REFUSES(PARSE_ENVELOPE, ocsp_parse(bytes_of(whole.p, whole.n + 1), &i));
	OK(ocsp_parse(whole, &i));
}

static bool is_inquiry_same(const struct inquiry *a, const struct inquiry *b)
{
	return a->hash == b->hash && a->has_null == b->has_null && is_bytes_equal(a->serial, b->serial) &&
	       is_bytes_equal(a->name_hash, b->name_hash) && is_bytes_equal(a->key_hash, b->key_hash) &&
	       is_bytes_equal(a->nonce, b->nonce);
}

static void every_other_octet_is_refused_or_visible(void **state)
{
	struct fixture *f = *state;
	struct inquiry good, i;
	uint8_t copy[512];
	struct bytes whole = asked(f, EVP_sha1(), NONCE_SIZE);
	OK(ocsp_parse(whole, &good));
	CHECK(whole.n <= sizeof(copy));
	for (size_t at = 0; at < whole.n; at++) {
		memcpy(copy, whole.p, whole.n);
		for (unsigned c = 0; c < 256; c++) {
			copy[at] = (uint8_t)c;
			fault why = ocsp_parse(bytes_of(copy, whole.n), &i);
			bool is_other = why || !is_inquiry_same(&i, &good);
			CHECK(is_other == (c != whole.p[at]));
		}
	}
}

static void a_nonce_has_one_to_128_octets(void **state)
{
	struct fixture *f = *state;
	struct inquiry i;
	static const size_t good[] = { 1, 16, 32, 128 };
	for (size_t n = 0; n < COUNT_OF(good); n++) {
		OK(ocsp_parse(asked(f, EVP_sha1(), good[n]), &i));
		CHECK(i.nonce.n == good[n]);
	}
	REFUSES(PARSE_ENVELOPE, ocsp_parse(asked(f, EVP_sha1(), 129), &i));
}

static void two_questions_or_none_are_refused(void **state)
{
	struct fixture *f = *state;
	struct inquiry i;
	OCSP_REQUEST *two = OCSP_REQUEST_new();
	CHECK(OCSP_request_add0_id(two, id_of(f, EVP_sha1())));
	CHECK(OCSP_request_add0_id(two, id_of(f, EVP_sha1())));
	REFUSES(PARSE_ENVELOPE, ocsp_parse(written(f, two), &i));
	REFUSES(PARSE_ENVELOPE, ocsp_parse(written(f, OCSP_REQUEST_new()), &i));
	REFUSES(PARSE_ENVELOPE, ocsp_parse(asked(f, EVP_sha512(), 0), &i));
}

static void an_extension_that_is_not_known_may_not_be_critical(void **state)
{
	struct fixture *f = *state;
	struct inquiry i;
	for (int critical = 0; critical < 2; critical++) {
		OCSP_REQUEST *r = OCSP_REQUEST_new();
		CHECK(OCSP_request_add0_id(r, id_of(f, EVP_sha1())));
		ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
		CHECK(ASN1_OCTET_STRING_set(value, nonce, 3) == 1);
		X509_EXTENSION *e =
			X509_EXTENSION_create_by_NID(NULL, NID_id_pkix_OCSP_serviceLocator, critical, value);
		CHECK(e && OCSP_REQUEST_add_ext(r, e, -1) == 1);
		X509_EXTENSION_free(e);
		ASN1_OCTET_STRING_free(value);
		CHECK((ocsp_parse(written(f, r), &i) == NULL) == !critical);
	}
}

static void who_asks_and_a_signature_are_not_heeded(void **state)
{
	struct fixture *f = *state;
	struct inquiry i;
	OCSP_REQUEST *r = OCSP_REQUEST_new();
	CHECK(OCSP_request_add0_id(r, id_of(f, EVP_sha1())));
	CHECK(OCSP_request_sign(r, f->issuing, f->ca.key, EVP_sha256(), NULL, 0) == 1);
	OK(ocsp_parse(written(f, r), &i));
	CHECK(is_bytes_equal(i.serial, BYTES_OF(serial)) && is_ocsp_of(&i, &f->ca.issuer));
}

static const struct standing revoked = {
	.hash = OCSP_SHA1,
	.has_null = 1,
	.serial = { serial, sizeof(serial) },
	.status = OCSP_REVOKED,
	.revoked = CA_NOW - 50,
	.reason = CRL_HOLD,
	.this_update = CA_NOW,
	.next_update = CA_NOW + 3600,
	.nonce = { nonce, sizeof(nonce) },
};

/* The answer, as signed by a certificate of the CA's; so many octets of f->response are the whole. */
static OCSP_BASICRESP *answered(struct fixture *f, const struct standing *s, size_t *ret_n)
{
	uint8_t data[OCSP_SIZE_MAX], signature[TBS_SIGNATURE_MAX + 16];
	size_t n = sizeof(signature);
	struct wr w = wr_of(data, sizeof(data)), whole = wr_of(f->response, sizeof(f->response));
	OK(ocsp_build(s, &f->ca.issuer, f->ca.issuer.name, &w));
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	CHECK(EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, f->ca.key) == 1);
	CHECK(EVP_DigestSign(c, signature, &n, data, w.at) == 1);
	EVP_MD_CTX_free(c);
	ocsp_write(&(struct ocsp_signed){ wr_done(&w), bytes_of(signature, n), f->ca.certificate }, &whole);
	CHECK(!whole.bad);
	const uint8_t *at = f->response;
	OCSP_RESPONSE *r = d2i_OCSP_RESPONSE(NULL, &at, (long)whole.at);
	CHECK(r && at == f->response + whole.at);
	CHECK(OCSP_response_status(r) == OCSP_RESPONSE_STATUS_SUCCESSFUL);
	OCSP_BASICRESP *basic = OCSP_response_get1_basic(r);
	OCSP_RESPONSE_free(r);
	CHECK(basic && OCSP_basic_verify(basic, NULL, NULL, OCSP_NOVERIFY) == 1);
	*ret_n = whole.at;
	return basic;
}

static void an_answer_says_what_it_was_built_of(void **state)
{
	struct fixture *f = *state;
	static const int expected[] = { [OCSP_GOOD] = V_OCSP_CERTSTATUS_GOOD,
					[OCSP_REVOKED] = V_OCSP_CERTSTATUS_REVOKED,
					[OCSP_UNKNOWN] = V_OCSP_CERTSTATUS_UNKNOWN };
	for (uint64_t status = OCSP_GOOD; status <= OCSP_UNKNOWN; status++) {
		struct standing s = revoked;
		int found, reason = -1;
		ASN1_GENERALIZEDTIME *since = NULL, *from = NULL, *until = NULL;
		s.status = status;
		s.hash = status == OCSP_GOOD ? OCSP_SHA256 : OCSP_SHA1;
		if (status != OCSP_REVOKED)
			s.revoked = s.reason = 0;
		size_t n;
		OCSP_BASICRESP *basic = answered(f, &s, &n);
		OCSP_CERTID *id = id_of(f, s.hash == OCSP_SHA1 ? EVP_sha1() : EVP_sha256());
		CHECK(OCSP_resp_find_status(basic, id, &found, &reason, &since, &from, &until) == 1);
		CHECK(found == expected[status] && ASN1_TIME_cmp_time_t(from, CA_NOW) == 0);
		CHECK(ASN1_TIME_cmp_time_t(until, CA_NOW + 3600) == 0);
		CHECK(status != OCSP_REVOKED ||
		      (reason == CRL_HOLD && ASN1_TIME_cmp_time_t(since, CA_NOW - 50) == 0));
		OCSP_CERTID_free(id);
		OCSP_BASICRESP_free(basic);
	}
}

static void a_nonce_comes_back_and_none_where_there_was_none(void **state)
{
	struct fixture *f = *state;
	struct standing s = revoked;
	OCSP_REQUEST *r = OCSP_REQUEST_new();
	CHECK(OCSP_request_add1_nonce(r, (unsigned char *)nonce, sizeof(nonce)) == 1);
	size_t n;
	OCSP_BASICRESP *with = answered(f, &s, &n);
	CHECK(OCSP_check_nonce(r, with) == 1);
	s.nonce = (struct bytes){ 0 };
	OCSP_BASICRESP *without = answered(f, &s, &n);
	CHECK(OCSP_check_nonce(r, without) == -1 && OCSP_BASICRESP_get_ext_count(without) == 0);
	OCSP_BASICRESP_free(with);
	OCSP_BASICRESP_free(without);
	OCSP_REQUEST_free(r);
}

static void what_cannot_be_said_is_refused(void **state)
{
	struct fixture *f = *state;
	struct standing wrong[8];
	struct wr w = wr_of(f->response, sizeof(f->response));
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		wrong[i] = revoked;
	wrong[0].hash = 3;
	wrong[1].hash = 0;
	wrong[2].status = 0;
	wrong[3].status = 4;
	wrong[4].reason = 7;
	wrong[5].status = OCSP_GOOD; /* with a time and a reason */
	wrong[6].serial = (struct bytes){ 0 };
	wrong[7].next_update = wrong[7].this_update;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		REFUSES(SIGNER_REFUSED, ocsp_build(&wrong[i], &f->ca.issuer, f->ca.issuer.name, &w));
	struct wr small = wr_of(f->response, 40);
	REFUSES(SYS_MEMORY, ocsp_build(&revoked, &f->ca.issuer, f->ca.issuer.name, &small));
}

/* What is not of the signature says what was asked, or it is no answer. */
static void an_answer_is_known_by_what_it_was_to_say(void **state)
{
	struct fixture *f = *state;
	struct standing other = revoked;
	size_t n;
	OCSP_BASICRESP_free(answered(f, &revoked, &n));
	struct bytes whole = bytes_of(f->response, n);
	OK(ocsp_check_signed(whole, &revoked, &f->ca.issuer));
	for (size_t i = 0; i < n; i++)
		REFUSES(SIGNER_REFUSED, ocsp_check_signed(bytes_slice(whole, 0, i), &revoked, &f->ca.issuer));
	f->response[n] = 0;
	REFUSES(SIGNER_REFUSED, ocsp_check_signed(bytes_of(f->response, n + 1), &revoked, &f->ca.issuer));
	other.next_update++;
	REFUSES(SIGNER_REFUSED, ocsp_check_signed(whole, &other, &f->ca.issuer));
	other = revoked;
	other.status = OCSP_GOOD;
	other.revoked = other.reason = 0;
	REFUSES(SIGNER_REFUSED, ocsp_check_signed(whole, &other, &f->ca.issuer));
	other = revoked;
	other.nonce = (struct bytes){ 0 };
	REFUSES(SIGNER_REFUSED, ocsp_check_signed(whole, &other, &f->ca.issuer));
	struct issuer by = f->ca.issuer;
	by.name = f->ca.root_issuer.name;
	REFUSES(SIGNER_REFUSED, ocsp_check_signed(whole, &revoked, &by));
}

static void a_status_is_an_answer_of_its_own(void **state)
{
	struct fixture *f = *state;
	static const int statuses[] = { OCSP_MALFORMED, OCSP_INTERNAL, OCSP_TRY_LATER, OCSP_UNAUTHORIZED };
	for (size_t i = 0; i < COUNT_OF(statuses); i++) {
		struct wr w = wr_of(f->response, sizeof(f->response));
		ocsp_write_status((enum ocsp_status)statuses[i], &w);
		const uint8_t *at = f->response;
		OCSP_RESPONSE *r = d2i_OCSP_RESPONSE(NULL, &at, (long)w.at);
		CHECK(r && at == f->response + w.at && OCSP_response_status(r) == statuses[i]);
		OCSP_RESPONSE_free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_question_is_read_as_it_was_asked),
		TEST(every_truncation_and_every_octet_behind_is_refused),
		TEST(every_other_octet_is_refused_or_visible),
		TEST(a_nonce_has_one_to_128_octets),
		TEST(two_questions_or_none_are_refused),
		TEST(an_extension_that_is_not_known_may_not_be_critical),
		TEST(who_asks_and_a_signature_are_not_heeded),
		TEST(an_answer_says_what_it_was_built_of),
		TEST(a_nonce_comes_back_and_none_where_there_was_none),
		TEST(what_cannot_be_said_is_refused),
		TEST(an_answer_is_known_by_what_it_was_to_say),
		TEST(a_status_is_an_answer_of_its_own),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
