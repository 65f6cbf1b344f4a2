#include "cert/result.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "test.h"

static const struct jwt_issuer issuer = { BYTES_TEXT("https://assay.example"), "the-key" };

static struct result sample(void)
{
	return (struct result){ .id = BYTES_TEXT("0123456789abcdef"),
				.device_id = BYTES_TEXT("fedcba9876543210"),
				.issued = 1000,
				.expires = 1600,
				.class = BYTES_TEXT("discrete") };
}

/* The claims that are to be signed, as text. */
static const char *claims_of(const struct result *r)
{
	static uint8_t text[JWT_INPUT_MAX];
	uint8_t input[JWT_INPUT_MAX];
	struct wr w = wr_of(input, sizeof(input)), decoded = wr_of(text, sizeof(text) - 1);
	OK(result_build(r, &issuer, &w));
	struct bytes rest = wr_done(&w);
	(void)bytes_until(&rest, '.');
	CHECK(base64_parse_url(rest, &decoded));
	text[decoded.at] = 0;
	return (const char *)text;
}

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static void each_state_has_its_tier(void **state)
{
	(void)state;
	static const char *const tiers[] = { "\"none\"", "\"contraindicated\"", "\"warning\"",
					     "\"affirming\"" };
	static const char *const words[] = { "\"unknown\"", "\"noncompliant\"", "\"inGracePeriod\"",
					     "\"compliant\"" };
	for (uint64_t i = 0; i < COUNT_OF(tiers); i++) {
		struct result r = sample();
		char status[64], compliance[64];
		r.state = i;
		snprintf(status, sizeof(status), "\"ear.status\":%s", tiers[i]);
		snprintf(compliance, sizeof(compliance), "\"assay.compliance\":%s", words[i]);
		CHECK(has(claims_of(&r), status) && has(claims_of(&r), compliance));
	}
}

static void a_status_is_no_better_than_the_worst_of_what_was_looked_at(void **state)
{
	static const struct {
		uint64_t state, hardware, storage;
		const char *status;
	} rows[] = {
		{ 3, 2, 2, "affirming" },	{ 3, 2, 32, "warning" }, { 3, 96, 32, "contraindicated" },
		{ 2, 2, 96, "contraindicated" }, { 1, 2, 32, "contraindicated" }, { 0, 2, 2, "none" },
		{ 0, 2, 32, "warning" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct result r = sample();
		char status[64];
		r.state = rows[i].state;
		r.instance = RESULT_AFFIRMING;
		r.hardware = rows[i].hardware;
		r.storage = rows[i].storage;
		snprintf(status, sizeof(status), "\"ear.status\":\"%s\"", rows[i].status);
		CHECK(has(claims_of(&r), status));
	}
}

static void what_is_not_known_is_not_said(void **state)
{
	(void)state;
	struct result r = sample();
	const char *text = claims_of(&r);
	CHECK(has(text, "\"ear.status\":\"none\"") && has(text, "\"assay.reasons\":[]"));
	CHECK(!has(text, "vector") && !has(text, "assay.attest") && !has(text, "cnf"));
	r.attested = 900;
	r.hardware = RESULT_WARNING;
	r.storage = RESULT_AFFIRMING;
	r.reasons = BYTES_TEXT("TPM_CLASS DEVICE_SILENT");
	r.key = BYTES_TEXT("abc");
	text = claims_of(&r);
	CHECK(has(text, "\"assay.attested-at\":900,\"assay.attestation-age\":100"));
	CHECK(has(text, ":{\"hardware\":32,\"storage-opaque\":2}") && has(text, "\"cnf\":{\"jkt\":\"abc\"}"));
	CHECK(has(text, "\"assay.reasons\":[\"TPM_CLASS\",\"DEVICE_SILENT\"]"));
}

static void nothing_writes_more_than_it_says(void **state)
{
	(void)state;
	uint8_t input[JWT_INPUT_MAX];
	struct result r = sample();
	struct wr w = wr_of(input, sizeof(input));
	r.reasons = BYTES_TEXT("A\"]}},\"aud\":\"x");
	CHECK(has(claims_of(&r), "[\"A\\\"]}},\\\"aud\\\":\\\"x\"]"));
	r.reasons = BYTES_TEXT("A\n");
	REFUSES(BUG, result_build(&r, &issuer, &w));
	r = sample();
	r.state = 4;
	REFUSES(BUG, result_build(&r, &issuer, &w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_state_has_its_tier),
		TEST(a_status_is_no_better_than_the_worst_of_what_was_looked_at),
		TEST(what_is_not_known_is_not_said),
		TEST(nothing_writes_more_than_it_says),
	};
	return RUN(tests);
}
