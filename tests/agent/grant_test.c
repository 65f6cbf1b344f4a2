#include "agent/grant.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/softkey.h"
#include "attest/public.h"
#include "cert/ca.h"
#include "test.h"

static const char device_id[] = "deadbeef-0405-0607-0809-0a0b0c0d0e0f";

/* A CA, a device with an AK, its request, and what it was granted. */
static struct scene {
	struct ca ca;
	EVP_PKEY *key, *ak;
	struct arena arena;
	struct bytes request;
	struct grant grant;
} scene;

static char detail[GRANT_DETAIL_SIZE];

static struct bytes encode(const struct message *m, const void *from)
{
	struct wr w = wr_of(arena_alloc(&scene.arena, 16384), 16384);
	message_write(m, from, &w);
	CHECK(!w.bad);
	return wr_done(&w);
}

/* The TPMT_PUBLIC of a P-256 signing key. */
static struct bytes public_area(EVP_PKEY *key)
{
	uint8_t point[65];
	struct spki spki = ca_public(key, point);
	const struct public p = {
		.type = ALG_ECC, .name_alg = ALG_SHA256, .attributes = PUBLIC_SIGN, .symmetric = ALG_NULL,
		.scheme = ALG_NULL, .curve = ALG_NIST_P256, .kdf = ALG_NULL, .a = spki.a, .b = spki.b,
	};
	struct wr w = wr_of(arena_alloc(&scene.arena, 256), 256);
	public_write(&p, &w);
	return wr_done(&w);
}

static struct bytes issue_assured(enum frame_certificate kind, EVP_PKEY *key, uint64_t assurance)
{
	uint8_t point[65], tbs[TBS_SIZE_MAX];
	struct wr w = wr_of(tbs, sizeof(tbs)), whole = wr_of(arena_alloc(&scene.arena, 4096), 4096);
	struct issue i = ca_issue(kind, key, point);
	i.assurance = assurance;
	OK(profile_build(&i, &scene.ca.issuer, &w));
	return ca_sign(scene.ca.key, wr_done(&w), &whole);
}

static struct bytes issue(enum frame_certificate kind, EVP_PKEY *key)
{
	return issue_assured(kind, key, TRIP_ASSURED_KEY);
}

static struct bytes request_with(const struct payload *payload)
{
	static const uint8_t octets[32] = { 1 };
	const struct answer answer = {
		.version = TRIP_VERSION,
		.purpose = TRIP_ENROLL,
		.id = bytes_of(octets, 16),
		.nonce = BYTES_OF(octets),
		.ticket = BYTES_OF(octets),
		.payload = encode(&payload_message, payload),
	};
	return encode(&answer_message, &answer);
}

static int start(void **state)
{
	(void)state;
	ca_init(&scene.ca);
	arena_init(&scene.arena, 4 << 20);
	scene.key = EVP_EC_gen("P-256");
	scene.ak = EVP_EC_gen("P-256");
	const struct payload payload = { .device_public = public_area(scene.key),
					 .ak_public = public_area(scene.ak) };
	scene.request = request_with(&payload);
	scene.grant = (struct grant){
		.device_id = bytes_text(device_id),
		.device_certificate = issue(FRAME_CERTIFICATE_DEVICE, scene.key),
		.ak_certificate = issue(FRAME_CERTIFICATE_AK, scene.ak),
		.chain = { .n = 1, .v = { scene.ca.certificate } },
		.attested = 1, .assurance = TRIP_ASSURED_KEY, .time = CA_NOW,
	};
	return 0;
}

static int stop(void **state)
{
	(void)state;
	EVP_PKEY_free(scene.key);
	EVP_PKEY_free(scene.ak);
	ca_done(&scene.ca);
	arena_done(&scene.arena);
	return 0;
}

static fault check_at(const struct grant *grant, int64_t now)
{
	const struct grant_question question = { scene.request, scene.ca.root, now };
	uint8_t body[16384];
	struct wr w = wr_of(body, sizeof(body));
	struct grant checked;
	message_write(&grant_message, grant, &w);
	detail[0] = 0;
	return grant_check(wr_done(&w), &question, &checked, detail);
}

static fault check(const struct grant *grant)
{
	return check_at(grant, CA_NOW);
}

static void a_grant_for_the_keys_of_the_request_is_accepted(void **state)
{
	(void)state;
	OK(check(&scene.grant));
}

/* What a device gets that was not attested. */
static struct grant bare_grant(void)
{
	struct grant grant = scene.grant;
	grant.attested = grant.assurance = 0;
	grant.ak_certificate = (struct bytes){ 0 };
	grant.device_certificate = issue_assured(FRAME_CERTIFICATE_DEVICE, scene.key, 0);
	return grant;
}

static void a_grant_without_attestation_and_ak_certificate_is_accepted(void **state)
{
	(void)state;
	struct grant grant = bare_grant();
	OK(check(&grant));
}

static void an_ak_certificate_comes_with_attestation_and_never_without(void **state)
{
	(void)state;
	struct grant with = bare_grant(), without = scene.grant;
	with.ak_certificate = scene.grant.ak_certificate;
	REFUSES(REPLY_INVALID, check(&with));
	assert_string_equal(detail, "AK certificate: it comes when the device is attested, and only then");
	without.ak_certificate = (struct bytes){ 0 };
	REFUSES(REPLY_INVALID, check(&without));
}

static void certificates_with_other_policies_than_the_grant_says_are_refused(void **state)
{
	(void)state;
	struct grant more = bare_grant(), less = scene.grant, ak = scene.grant;
	more.device_certificate = scene.grant.device_certificate;
	REFUSES(REPLY_INVALID, check(&more));
	assert_string_equal(detail,
			    "device certificate: its policies are not those of the grant's assurance");
	less.assurance |= TRIP_ASSURED_CERTIFICATE;
	REFUSES(REPLY_INVALID, check(&less));
	ak.ak_certificate = issue_assured(FRAME_CERTIFICATE_AK, scene.ak, TRIP_ASSURED_USER);
	REFUSES(REPLY_INVALID, check(&ak));
}

static void a_grant_for_the_key_of_a_certificate_request_is_accepted(void **state)
{
	(void)state;
	unsigned char *der = NULL;
	struct payload payload = { .no_tpm = BYTES_TEXT("none") };
	struct bytes before = scene.request;
	struct grant grant = bare_grant();
	int n = i2d_PrivateKey(scene.key, &der);
	OK(softkey_build_request(bytes_of(der, (size_t)n), &scene.arena, &payload.csr));
	OPENSSL_free(der);
	scene.request = request_with(&payload);
	OK(check(&grant));
	REFUSES(REPLY_INVALID, check(&scene.grant)); /* no AK was sent */
	scene.request = before;
}

static void a_certificate_for_another_key_is_refused(void **state)
{
	(void)state;
	struct grant device = scene.grant, ak = scene.grant;
	device.device_certificate = issue(FRAME_CERTIFICATE_DEVICE, scene.ak);
	REFUSES(REPLY_INVALID, check(&device));
	assert_string_equal(detail, "device certificate: it is for another key than this device's");
	ak.ak_certificate = issue(FRAME_CERTIFICATE_AK, scene.key);
	REFUSES(REPLY_INVALID, check(&ak));
	assert_string_equal(detail, "AK certificate: it is for another key than this device's");
}

static void a_device_certificate_that_is_not_for_clients_is_refused(void **state)
{
	(void)state;
	struct grant grant = scene.grant;
	grant.device_certificate = issue(FRAME_CERTIFICATE_AK, scene.key);
	REFUSES(REPLY_INVALID, check(&grant));
	CHECK(strstr(detail, "purpose") != NULL);
}

static void certificates_of_another_root_are_refused(void **state)
{
	(void)state;
	struct ca other;
	ca_init(&other);
	struct bytes own = scene.ca.root;
	scene.ca.root = other.root;
	REFUSES(REPLY_INVALID, check(&scene.grant));
	scene.ca.root = own;
	ca_done(&other);
}

static void a_chain_without_the_issuing_certificate_is_refused(void **state)
{
	(void)state;
	struct grant grant = scene.grant;
	grant.chain.v[0] = scene.ca.root;
	REFUSES(REPLY_INVALID, check(&grant));
}

static void a_changed_octet_of_a_certificate_is_refused(void **state)
{
	(void)state;
	struct grant grant = scene.grant;
	uint8_t copy[4096];
	memcpy(copy, grant.device_certificate.p, grant.device_certificate.n);
	grant.device_certificate.p = copy;
	for (size_t i = 0; i < grant.device_certificate.n; i++) {
		copy[i] ^= 1;
		REFUSES(REPLY_INVALID, check(&grant));
		copy[i] ^= 1;
	}
}

static void a_certificate_cut_short_or_followed_by_anything_is_refused(void **state)
{
	(void)state;
	struct grant grant = scene.grant;
	uint8_t longer[4096] = { 0 };
	memcpy(longer, grant.device_certificate.p, grant.device_certificate.n);
	grant.device_certificate = bytes_of(longer, grant.device_certificate.n + 1);
	REFUSES(REPLY_INVALID, check(&grant));
	for (grant.device_certificate.n -= 2; grant.device_certificate.n > 0; grant.device_certificate.n--)
		REFUSES(REPLY_INVALID, check(&grant));
}

static void a_reply_cut_short_is_refused(void **state)
{
	(void)state;
	struct bytes whole = encode(&grant_message, &scene.grant);
	const struct grant_question question = { scene.request, scene.ca.root, CA_NOW };
	struct grant checked;
	for (size_t n = 0; n < whole.n; n++)
		REFUSES(REPLY_INVALID, grant_check(bytes_slice(whole, 0, n), &question, &checked, detail));
}

static void a_device_id_that_is_no_uuid_is_refused(void **state)
{
	(void)state;
	struct grant grant = scene.grant;
	grant.device_id = BYTES_TEXT("laptop");
	REFUSES(REPLY_INVALID, check(&grant));
}

static void a_wrong_clock_is_named_with_the_difference(void **state)
{
	(void)state;
	REFUSES(CERT_E_EXPIRED, check_at(&scene.grant, CA_NOW + 2 * 86400));
	CHECK(strstr(detail, "device certificate: valid from 2025-12-31T23:50:00Z to 2026-01-02T00:00:00Z") !=
	      NULL);
	CHECK(strstr(detail, "+172800 s from the server's") != NULL);
	REFUSES(CERT_E_EXPIRED, check_at(&scene.grant, CA_NOW - 86400));
	CHECK(strstr(detail, "-86400 s from the server's") != NULL);
	OK(check_at(&scene.grant, CA_NOW - PROFILE_BACKDATE_S));
	OK(check_at(&scene.grant, CA_NOW + 86400));
}

static bool has_content(struct state *folder, const char *name, const char *beginning)
{
	struct bytes content;
	OK(state_find(folder, name, &scene.arena, &content));
	return content.p && content.n >= strlen(beginning) &&
	       memcmp(content.p, beginning, strlen(beginning)) == 0;
}

static void what_was_granted_is_kept_in_its_files(void **state)
{
	(void)state;
	static const char *const names[] = { STATE_DEVICE_CERTIFICATE, STATE_CHAIN, STATE_AK_CERTIFICATE,
					     STATE_DEVICE_ID };
	char path[] = "/tmp/assay-grant-XXXXXX";
	struct state folder;
	struct grant grant = scene.grant;
	CHECK(mkdtemp(path) != NULL);
	OK(state_open(&folder, path));
	OK(grant_put(&grant, &folder, &scene.arena));
	for (size_t i = 0; i < 3; i++)
		CHECK(has_content(&folder, names[i], "-----BEGIN CERTIFICATE-----\n"));
	CHECK(has_content(&folder, STATE_DEVICE_ID, device_id));
	grant.ak_certificate = (struct bytes){ 0 };
	OK(grant_put(&grant, &folder, &scene.arena));
	CHECK(faccessat(folder.folder, STATE_AK_CERTIFICATE, F_OK, 0) != 0);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		OK(state_remove(&folder, names[i]));
	state_close(&folder);
	CHECK(rmdir(path) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_grant_for_the_keys_of_the_request_is_accepted),
		TEST(a_grant_without_attestation_and_ak_certificate_is_accepted),
		TEST(an_ak_certificate_comes_with_attestation_and_never_without),
		TEST(certificates_with_other_policies_than_the_grant_says_are_refused),
		TEST(a_grant_for_the_key_of_a_certificate_request_is_accepted),
		TEST(a_certificate_for_another_key_is_refused),
		TEST(a_device_certificate_that_is_not_for_clients_is_refused),
		TEST(certificates_of_another_root_are_refused),
		TEST(a_chain_without_the_issuing_certificate_is_refused),
		TEST(a_changed_octet_of_a_certificate_is_refused),
		TEST(a_certificate_cut_short_or_followed_by_anything_is_refused),
		TEST(a_reply_cut_short_is_refused),
		TEST(a_device_id_that_is_no_uuid_is_refused),
		TEST(a_wrong_clock_is_named_with_the_difference),
		TEST(what_was_granted_is_kept_in_its_files),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
