#include "attest/authenticode.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX 8192
#define DAY_S 86400
#define SIGNATURE_SIZE_AT 48 /* in the header */

static const char *folder; /* of tests/cli/signed_cab.py */

struct octets {
	size_t n;
	uint8_t p[FILE_MAX];
};

struct bench {
	struct octets cab, anchor;
	struct bytes anchors[1];
	struct authenticode_trust trust;
	struct authenticode_signer signer;
};

static void load(const char *name, struct octets *ret)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "rb");
	CHECK(f != NULL);
	ret->n = fread(ret->p, 1, sizeof(ret->p), f);
	CHECK(ret->n > 0 && ret->n < sizeof(ret->p));
	fclose(f);
}

static void trust(struct bench *b, const char *anchor)
{
	load(anchor, &b->anchor);
	b->anchors[0] = bytes_of(b->anchor.p, b->anchor.n);
	b->trust = (struct authenticode_trust){ b->anchors, 1, INT64_MAX };
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	CHECK(b != NULL);
	trust(b, "anchor.der");
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static fault check(struct bench *b)
{
	return authenticode_check(bytes_of(b->cab.p, b->cab.n), &b->trust, &b->signer);
}

static fault check_file(struct bench *b, const char *name)
{
	load(name, &b->cab);
	return check(b);
}

static void a_cab_that_the_anchor_signed_is_accepted_with_its_signer(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *cab, *signer;
	} good[] = {
		{ "good.cab", "CN=good" }, { "curve.cab", "CN=curve" }, { "far.cab", "CN=far" },
	};
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		b->trust.now = 0;
		REFUSES(CAB_SIGNER_TIME, check_file(b, good[i].cab));
		b->trust.now = b->signer.not_after - 299 * DAY_S;
		OK(check(b));
		assert_string_equal(b->signer.subject, good[i].signer);
	}
}

static void every_other_signer_is_refused_by_name(void **state)
{
	struct bench *b = *state;
	REFUSES(CAB_UNSIGNED, check_file(b, "unsigned.cab"));
	REFUSES(CAB_SIGNER_UNTRUSTED, check_file(b, "foreign.cab"));
	REFUSES(CAB_SIGNER_USAGE, check_file(b, "unused.cab"));
	REFUSES(CAB_SIGNER_USAGE, check_file(b, "server.cab"));
	REFUSES(CAB_SIGNER_USAGE, check_file(b, "sealer.cab"));
	REFUSES(CAB_SIGNER_USAGE, check_file(b, "narrowed.cab"));
	REFUSES(CAB_SIGNATURE_FORM, check_file(b, "sha1.cab"));
	REFUSES(ARCHIVE_INVALID, check_file(b, "anchor.der"));
}

static void another_anchor_vouches_for_its_own_signers_only(void **state)
{
	struct bench *b = *state;
	trust(b, "stranger.der");
	OK(check_file(b, "foreign.cab"));
	REFUSES(CAB_SIGNER_UNTRUSTED, check_file(b, "good.cab"));
	b->trust.anchors_n = 0;
	REFUSES(CAB_SIGNER_UNTRUSTED, check_file(b, "foreign.cab"));
	b->anchors[0].n--;
	b->trust.anchors_n = 1;
	REFUSES(ANCHOR_INVALID, check_file(b, "foreign.cab"));
}

static void the_signers_own_certificate_can_be_the_anchor(void **state)
{
	struct bench *b = *state;
	trust(b, "good.der");
	OK(check_file(b, "good.cab"));
	REFUSES(CAB_SIGNER_UNTRUSTED, check_file(b, "curve.cab"));
}

static void a_signer_that_ended_is_judged_as_of_its_end(void **state)
{
	struct bench *b = *state;
	OK(check_file(b, "good.cab"));
	int64_t end = b->signer.not_after;
	b->trust.now = end - 301 * DAY_S;
	REFUSES(CAB_SIGNER_TIME, check(b));
	b->trust.now = end;
	OK(check(b));
}

static void a_ca_that_ended_before_its_signer_is_refused(void **state)
{
	struct bench *b = *state;
	REFUSES(CAB_SIGNER_TIME, check_file(b, "far.cab"));
	b->trust.now = b->signer.not_after - 295 * DAY_S;
	OK(check(b));
	b->trust.now = b->signer.not_after - 285 * DAY_S;
	REFUSES(CAB_SIGNER_TIME, check(b));
}

/* good.cab brings its signer's certificate and no other, so that no octet of it is without meaning. */
static void a_flipped_bit_anywhere_is_refused(void **state)
{
	struct bench *b = *state;
	static const uint8_t bits[] = { 0x01, 0x80 };
	static const char *const files[] = { "good.cab", "curve.cab" };
	size_t refused = 0;
	for (size_t f = 0; f < COUNT_OF(files); f++) {
		OK(check_file(b, files[f]));
		for (size_t i = 0; i < COUNT_OF(bits) * b->cab.n; i++) {
			uint8_t *octet = &b->cab.p[i / COUNT_OF(bits)];
			*octet ^= bits[i % COUNT_OF(bits)];
			fault why = check(b);
			if (!why)
				fail_msg("octet %zu of %s", i / COUNT_OF(bits), files[f]);
			refused += why != NULL;
			*octet ^= bits[i % COUNT_OF(bits)];
		}
		OK(check(b));
	}
	COUNTED("authenticode: flipped bits refused", refused);
}

static void a_flipped_octet_of_the_content_is_named_so(void **state)
{
	struct bench *b = *state;
	OK(check_file(b, "good.cab"));
	size_t end = (size_t)b->cab.p[8] | (size_t)b->cab.p[9] << 8;
	for (size_t i = 60; i < end; i++) {
		b->cab.p[i] ^= 0x40;
		REFUSES(CAB_CHANGED, check(b));
		b->cab.p[i] ^= 0x40;
	}
}

static void a_cab_that_is_cut_anywhere_is_refused(void **state)
{
	struct bench *b = *state;
	OK(check_file(b, "good.cab"));
	for (size_t n = 0; n < b->cab.n; n++)
		REFUSES(ARCHIVE_INVALID,
			authenticode_check(bytes_of(b->cab.p, n), &b->trust, &b->signer));
}

/* The same where the header, which is not signed there, was made to agree. */
static void a_signature_that_is_cut_or_lengthened_is_refused(void **state)
{
	struct bench *b = *state;
	OK(check_file(b, "good.cab"));
	size_t whole = b->cab.n, at = (size_t)b->cab.p[8] | (size_t)b->cab.p[9] << 8;
	size_t padding = 0;
	while (b->cab.p[whole - 1 - padding] == 0)
		padding++;
	for (size_t n = at + 1; n < whole + 9; n++) {
		b->cab.n = n;
		b->cab.p[SIGNATURE_SIZE_AT] = (uint8_t)(n - at);
		b->cab.p[SIGNATURE_SIZE_AT + 1] = (uint8_t)((n - at) >> 8);
		if (n < whole - padding || n > whole - padding + 7)
			REFUSES(CAB_SIGNATURE_FORM, check(b));
		else
			OK(check(b));
	}
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		BENCH(a_cab_that_the_anchor_signed_is_accepted_with_its_signer),
		BENCH(every_other_signer_is_refused_by_name),
		BENCH(another_anchor_vouches_for_its_own_signers_only),
		BENCH(the_signers_own_certificate_can_be_the_anchor),
		BENCH(a_signer_that_ended_is_judged_as_of_its_end),
		BENCH(a_ca_that_ended_before_its_signer_is_refused),
		BENCH(a_flipped_bit_anywhere_is_refused),
		BENCH(a_flipped_octet_of_the_content_is_named_so),
		BENCH(a_cab_that_is_cut_anywhere_is_refused),
		BENCH(a_signature_that_is_cut_or_lengthened_is_refused),
	};
	folder = argc > 1 ? argv[1] : ".";
	return RUN(tests);
}
