#include "flow/inquiry.h"

#include <stdio.h>
#include <string.h>

#include <openssl/sha.h>

#include "base/base64.h"
#include "cert/crl.h"
#include "office.h"
#include "store/store_certificate.h"
#include "wire/der.h"

#define HELD_AT(now) (&(struct store_certificate_hold){ STORE_CERTIFICATE_BY_HAND, now })

#define LIFE 3600

/* A question about a serial of the issuer with those hashes, in DER with SHA-256. */
static struct bytes question(struct office *o, struct bytes serial, const uint8_t hash[static 32])
{
	struct wr w = wr_of(arena_alloc(&o->arena, 512), 512);
	size_t open[5];
	for (size_t i = 0; i < 5; i++)
		open[i] = der_open(&w, DER_SEQUENCE);
	size_t algorithm = der_open(&w, DER_SEQUENCE);
	der_put(&w, DER_OID, BYTES_TEXT("\x60\x86\x48\x01\x65\x03\x04\x02\x01"));
	der_close(&w, algorithm);
	der_put(&w, DER_OCTET_STRING, bytes_of(hash, 32));
	der_put(&w, DER_OCTET_STRING, bytes_of(hash, 32));
	der_put_magnitude(&w, serial);
	for (size_t i = 5; i > 0; i--)
		der_close(&w, open[i - 1]);
	return wr_done(&w);
}

static struct request posted(struct office *o, struct bytes body)
{
	return (struct request){ .request_id = office_octets(o, 1, 16), .method = BYTES_TEXT("POST"),
				 .target = BYTES_TEXT(ISSUER_PATH_OCSP),
				 .content_type = BYTES_TEXT(INQUIRY_TYPE), .body = body };
}

/* The same in the path, each octet that is no letter or digit behind a percent sign if so wished. */
static struct request got(struct office *o, struct bytes der, bool is_quoted)
{
	uint8_t text[1024];
	struct wr base64 = wr_of(text, sizeof(text)), w = wr_of(arena_alloc(&o->arena, 2048), 2048);
	base64_write(der, &base64);
	wr_bytes(&w, BYTES_TEXT(ISSUER_PATH_OCSP "/"));
	for (size_t i = 0; i < base64.at; i++) {
		bool is_sign = strchr("+/=", text[i]) != NULL;
		char quoted[4];
		snprintf(quoted, sizeof(quoted), is_quoted && is_sign ? "%%%02X" : "%c", text[i]);
		wr_bytes(&w, bytes_text(quoted));
	}
	return (struct request){ .request_id = office_octets(o, 1, 16), .method = BYTES_TEXT("GET"),
				 .target = wr_done(&w) };
}

static void a_question_comes_in_a_body_or_in_the_path(void **state)
{
	struct office *o = *state;
	const uint8_t hash[32] = { 0xFB, 0xFF, 0xBF };
	struct bytes serial = office_octets(o, 0x41, 16), der = question(o, serial, hash);
	const struct request requests[] = { posted(o, der), got(o, der, false), got(o, der, true) };
	for (size_t k = 0; k < COUNT_OF(requests); k++) {
		struct inquiry i;
		CHECK(is_inquiry_target(requests[k].target));
		OK(inquiry_read(&requests[k], &o->arena, &i));
		CHECK(is_bytes_equal(i.serial, serial) && is_bytes_equal(i.name_hash, BYTES_OF(hash)));
		CHECK(is_bytes_equal(i.request_id, requests[k].request_id));
	}
}

static void what_is_no_question_is_refused(void **state)
{
	struct office *o = *state;
	const uint8_t hash[32] = { 0 };
	struct inquiry i;
	struct bytes der = question(o, office_octets(o, 0x41, 16), hash);
	struct request wrong[6];
	for (size_t k = 0; k < COUNT_OF(wrong); k++)
		wrong[k] = posted(o, der);
	wrong[0].content_type = BYTES_TEXT("application/json");
	wrong[1].body = (struct bytes){ 0 };
	wrong[2].target = BYTES_TEXT(ISSUER_PATH_OCSP "/");
	wrong[3].method = BYTES_TEXT("GET");
	wrong[4] = got(o, der, false);
	wrong[4].target = bytes_slice(wrong[4].target, 0, wrong[4].target.n - 1);
	wrong[5] = got(o, der, false);
	wrong[5].target = BYTES_TEXT(ISSUER_PATH_OCSP "/%2");
	for (size_t k = 0; k < COUNT_OF(wrong); k++)
		REFUSES(PARSE_ENVELOPE, inquiry_read(&wrong[k], &o->arena, &i));
	wrong[0].method = BYTES_TEXT("DELETE");
	REFUSES(METHOD_UNKNOWN, inquiry_read(&wrong[0], &o->arena, &i));
	CHECK(!is_inquiry_target(BYTES_TEXT(ISSUER_PATH_OCSP "x")) && !is_inquiry_target(BYTES_TEXT("/ca")));
}

/* What core says of the certificate of that serial, asked as of our own CA. */
static struct standing said(struct office *o, struct bytes serial)
{
	struct inquiry i = { .hash = OCSP_SHA256, .serial = serial, .nonce = BYTES_TEXT("nonce") };
	struct standing s;
	uint8_t name[32], key[32];
	SHA256(o->issuer.name.p, o->issuer.name.n, name);
	SHA256((const uint8_t *)"\x05", 1, key);
	i.name_hash = BYTES_OF(name);
	i.key_hash = BYTES_OF(key);
	OK(inquiry_get(&o->flow, &i, &o->arena, &s));
	CHECK((int64_t)s.this_update == o->flow.now && (int64_t)s.next_update == o->flow.now + LIFE);
	CHECK(is_bytes_equal(s.serial, serial) && is_bytes_text(s.nonce, "nonce"));
	i.key_hash = BYTES_OF(name);
	struct standing none;
	REFUSES(NOT_FOUND, inquiry_get(&o->flow, &i, &o->arena, &none));
	return s;
}

static void only_what_was_released_and_is_in_force_is_good(void **state)
{
	struct office *o = *state;
	struct bytes serial = office_octets(o, 0x41, 16);
	const struct store_certificate row = {
		.serial = serial,
		.ticket_id = office_octets(o, 1, 16),
		.device_id = office_octets(o, 2, 16),
		.kind = FRAME_CERTIFICATE_DEVICE,
		.key = FRAME_KEY_P256,
		.key_a = office_octets(o, 3, 32),
		.key_b = office_octets(o, 4, 32),
		.tbs_hash = office_octets(o, 5, 32),
		.state = STORE_CERTIFICATE_INTENT,
	};
	o->limits.answer_s = LIFE;
	o->issuer.key = BYTES_TEXT("\x30\x06\x30\x00\x03\x02\x00\x05");
	CHECK(said(o, serial).status == OCSP_UNKNOWN);
	CHECK(said(o, BYTES_TEXT("\x05")).status == OCSP_UNKNOWN);
	OK(store_certificate_put(o->flow.store, &row));
	CHECK(said(o, serial).status == OCSP_UNKNOWN);
	OK(store_certificate_issue(o->flow.store, serial, BYTES_TEXT("der")));
	CHECK(said(o, serial).status == OCSP_GOOD);
	OK(store_certificate_hold(o->flow.store, serial, HELD_AT(77)));
	struct standing s = said(o, serial);
	CHECK(s.status == OCSP_REVOKED && s.revoked == 77 && s.reason == CRL_HOLD);
	OK(store_certificate_release(o->flow.store, serial, STORE_CERTIFICATE_BY_HAND));
	s = said(o, serial);
	CHECK(s.status == OCSP_GOOD && !s.revoked && !s.reason);
	OK(store_certificate_revoke(o->flow.store, serial, CRL_KEY_COMPROMISE, 99));
	s = said(o, serial);
	CHECK(s.status == OCSP_REVOKED && s.revoked == 99 && s.reason == CRL_KEY_COMPROMISE);
}

/* Another CA, which is asked about by its own key. */
static void of_each_ca_in_force_only_its_own_certificates_are_known(void **state)
{
	struct office *o = *state;
	struct bytes serial = office_octets(o, 0x41, 16);
	struct issuer issuers[2] = { o->issuer, o->issuer };
	const struct store_certificate row = {
		.serial = serial,
		.ticket_id = office_octets(o, 1, 16),
		.device_id = office_octets(o, 2, 16),
		.kind = FRAME_CERTIFICATE_DEVICE,
		.key = FRAME_KEY_P256,
		.key_a = office_octets(o, 3, 32),
		.key_b = office_octets(o, 4, 32),
		.tbs_hash = office_octets(o, 5, 32),
		.state = STORE_CERTIFICATE_INTENT,
		.generation = 4,
	};
	o->limits.answer_s = LIFE;
	issuers[0].generation = 5;
	issuers[0].key = BYTES_TEXT("\x30\x06\x30\x00\x03\x02\x00\x06");
	issuers[1].generation = 4;
	issuers[1].key = BYTES_TEXT("\x30\x06\x30\x00\x03\x02\x00\x05"); /* as said() asks */
	o->flow.issuer = issuers;
	o->flow.formers = 1;
	OK(store_certificate_put(o->flow.store, &row));
	OK(store_certificate_issue(o->flow.store, serial, BYTES_TEXT("der")));
	struct standing s = said(o, serial);
	CHECK(s.status == OCSP_GOOD && s.generation == 4);
	issuers[0].key = issuers[1].key;
	s = said(o, serial);
	CHECK(s.status == OCSP_UNKNOWN && s.generation == 5);
	o->flow.issuer = &o->issuer;
	o->flow.formers = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_question_comes_in_a_body_or_in_the_path),
		OFFICE_TEST(what_is_no_question_is_refused),
		OFFICE_TEST(only_what_was_released_and_is_in_force_is_good),
		OFFICE_TEST(of_each_ca_in_force_only_its_own_certificates_are_known),
	};
	return RUN(tests);
}
