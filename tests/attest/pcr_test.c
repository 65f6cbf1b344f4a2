#include "test.h"

#include <tss2/tss2_mu.h>

#include "attest/pcr.h"
#include "base/text.h"
#include "damage.h"

static fault copy_selection(struct bytes in, struct wr *w)
{
	struct pcr_selection s;
	TRY(pcr_parse(in, &s));
	pcr_write(&s, w);
	return NULL;
}

/* Two banks, with a bitmap of four octets in the second. */
static struct pcr_selection two_banks(void)
{
	return (struct pcr_selection){ .n = 2,
				       .banks = { { ALG_SHA1, 3, 0x0000F0 }, { ALG_SHA256, 4, 0x800001 } } };
}

static struct bytes encoded(const struct pcr_selection *s, uint8_t out[static 256])
{
	struct wr w = wr_of(out, 256);
	pcr_write(s, &w);
	CHECK(!w.bad);
	return wr_done(&w);
}

static void selections_survive_no_damage(void **state)
{
	(void)state;
	uint8_t out[256];
	struct pcr_selection s = two_banks();
	damage_check(encoded(&s, out), copy_selection);
	s = (struct pcr_selection){ 0 };
	damage_check(encoded(&s, out), copy_selection);
}

static void malformed_selections_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"00000001000B00",           /* no bitmap */
		"00000001000B02FFFF",       /* too short a bitmap */
		"00000001000B050000000000", /* too long a bitmap */
		"00000001000B0400000001",   /* PCR 24 */
		"00000001000B0400000080",   /* PCR 31 */
		"00000001001003000000",     /* TPM_ALG_NULL */
		"00000001001803000000",     /* no hash */
		"FFFFFFFF000B03000000",     /* a count beyond everything */
		"00000002000B03000000",     /* a bank too few */
		"00000000000B03000000",     /* a bank too many */
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		uint8_t octets[16];
		struct pcr_selection s;
		struct bytes text = bytes_text(bad[i]);
		CHECK(text_hex_parse(text, octets, text.n / 2));
		REFUSES(PARSE_PCRSEL, pcr_parse(bytes_of(octets, text.n / 2), &s));
	}
}

static void no_more_banks_than_the_limit_are_read(void **state)
{
	(void)state;
	uint8_t out[256];
	struct wr w = wr_of(out, sizeof(out));
	struct pcr_selection s;
	wr_be32(&w, PCR_BANKS_MAX + 1);
	for (size_t i = 0; i <= PCR_BANKS_MAX; i++)
		wr_bytes(&w, BYTES_TEXT("\x00\x0B\x03\x01\x00\x00"));
	REFUSES(PARSE_PCRSEL, pcr_parse(wr_done(&w), &s));
}

static void selections_are_equal_as_sets(void **state)
{
	(void)state;
	struct pcr_selection a = two_banks(), b = two_banks();
	CHECK(is_pcr_equal(&a, &b));
	b.banks[0] = a.banks[1];
	b.banks[1] = a.banks[0];
	CHECK(is_pcr_equal(&a, &b));
	b.banks[0].size = 3;
	CHECK(is_pcr_equal(&a, &b));
}

static void a_bank_without_pcrs_is_as_good_as_none(void **state)
{
	(void)state;
	struct pcr_selection a = pcr_of(ALG_SHA256, 0xFF), b = a;
	b.banks[b.n++] = (struct pcr_bank){ ALG_SHA1, 3, 0 };
	CHECK(is_pcr_equal(&a, &b) && is_pcr_equal(&b, &a));
}

static void other_selections_are_not_equal(void **state)
{
	(void)state;
	const struct pcr_selection asked = pcr_of(ALG_SHA256, 0xFF), none = { 0 };
	struct pcr_selection others[] = { pcr_of(ALG_SHA256, 0x7F), pcr_of(ALG_SHA256, 0x1FF),
					  pcr_of(ALG_SHA1, 0xFF), two_banks(), none, asked };
	others[5].banks[others[5].n++] = asked.banks[0]; /* the same bank twice */
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		CHECK(!is_pcr_equal(&asked, &others[i]));
		CHECK(!is_pcr_equal(&others[i], &asked));
	}
	CHECK(!is_pcr_equal(&others[5], &others[5]));
}

static void values_cover_a_selection_in_number_and_size(void **state)
{
	(void)state;
	static const uint8_t octets[64];
	const struct pcr_selection s = { .n = 2, .banks = { { ALG_SHA1, 3, 1 }, { ALG_SHA256, 3, 6 } } };
	struct bytes_list values = { .n = 3, .v = { { octets, 20 }, { octets, 32 }, { octets, 32 } } };
	CHECK(pcr_count(&s) == 3 && is_pcr_covered(&s, &values));
	values.n = 2;
	CHECK(!is_pcr_covered(&s, &values));
	values.v[3] = values.v[2];
	values.n = 4;
	CHECK(!is_pcr_covered(&s, &values));
	values.n = 3;
	values.v[0].n = 32;
	CHECK(!is_pcr_covered(&s, &values));
}

/* SHA-256 of 64 zero octets. */
static void the_digest_is_over_the_values_in_order(void **state)
{
	(void)state;
	static const uint8_t zeros[32], ones[32] = { 1 };
	uint8_t digest[ALG_DIGEST_MAX], other[ALG_DIGEST_MAX], expected[32];
	struct bytes_list values = { .n = 2, .v = { BYTES_OF(zeros), BYTES_OF(zeros) } };
	OK(pcr_digest(ALG_SHA256, &values, digest));
	CHECK(text_hex_parse(BYTES_TEXT("f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
			     expected, sizeof(expected)));
	CHECK(is_bytes_equal(bytes_of(digest, 32), BYTES_OF(expected)));
	values.v[0] = BYTES_OF(ones);
	OK(pcr_digest(ALG_SHA256, &values, digest));
	values.v[0] = BYTES_OF(zeros);
	values.v[1] = BYTES_OF(ones);
	OK(pcr_digest(ALG_SHA256, &values, other));
	CHECK(!is_bytes_equal(bytes_of(digest, 32), bytes_of(other, 32)));
}

static void our_octets_are_those_of_the_tss(void **state)
{
	(void)state;
	uint8_t out[256], again[256];
	struct pcr_selection s = two_banks();
	struct bytes ours = encoded(&s, out);
	TPML_PCR_SELECTION theirs;
	size_t at = 0, n = 0;
	TSS2_RC rc = Tss2_MU_TPML_PCR_SELECTION_Unmarshal(ours.p, ours.n, &at, &theirs);
	assert_int_equal(rc, TSS2_RC_SUCCESS);
	CHECK(at == ours.n && theirs.count == 2 && theirs.pcrSelections[1].pcrSelect[2] == 0x80);
	assert_int_equal(Tss2_MU_TPML_PCR_SELECTION_Marshal(&theirs, again, sizeof(again), &n),
			 TSS2_RC_SUCCESS);
	CHECK(is_bytes_equal(ours, bytes_of(again, n)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(selections_survive_no_damage),
		TEST(malformed_selections_are_refused),
		TEST(no_more_banks_than_the_limit_are_read),
		TEST(selections_are_equal_as_sets),
		TEST(a_bank_without_pcrs_is_as_good_as_none),
		TEST(other_selections_are_not_equal),
		TEST(values_cover_a_selection_in_number_and_size),
		TEST(the_digest_is_over_the_values_in_order),
		TEST(our_octets_are_those_of_the_tss),
	};
	return RUN(tests);
}
