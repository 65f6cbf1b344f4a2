#include "policy/blocklist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/firmware.h"
#include "base/text.h"
#include "test.h"

#define FILE_MAX 65536
#define ARENA_SIZE (1 << 20)

struct scene {
	struct arena arena;
	uint8_t file[FILE_MAX];
	struct bytes text; /* of the rows that come with the product */
	struct blocklist rows;
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	FILE *f = fopen(getenv("ASSAY_BLOCKLIST"), "rb");
	assert_non_null(s);
	assert_non_null(f);
	size_t n = fread(s->file, 1, sizeof(s->file), f);
	fclose(f);
	s->text = bytes_of(s->file, n);
	arena_init(&s->arena, ARENA_SIZE);
	const char *detail = "";
	if (blocklist_parse(s->text, &s->arena, &s->rows, &detail))
		fail_msg("%s", detail);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	arena_done(&s->arena);
	free(s);
	return 0;
}

static uint64_t version(const char *text)
{
	uint64_t v = 0;
	CHECK(firmware_parse(bytes_text(text), 0, &v));
	return v;
}

/* --- judging -------------------------------------------------------------------------------------------- */

/* A TPM in words: what is NULL is not known; keys are "rsa" or "ecc" and were made under `born`. */
struct tpm_case {
	const char *what;
	const char *maker, *certified, *firmware, *born, *ak, *device;
	enum blocklist_outcome outcome;
	const char *row;
	bool is_ak_old, is_device_old, is_certified;
};

static enum blocklist_kind kind_of(const char *word)
{
	return strcmp(word, "rsa") == 0 ? BLOCKLIST_RSA : BLOCKLIST_ECC;
}

static struct blocklist_tpm tpm_of(const struct tpm_case *c)
{
	uint64_t born = c->born ? version(c->born) : c->firmware ? version(c->firmware) : 0;
	return (struct blocklist_tpm){
		.maker = bytes_text(c->maker),
		.version = bytes_text(c->certified),
		.has_firmware = c->firmware != NULL,
		.firmware = c->firmware ? version(c->firmware) : 0,
		.ak = { kind_of(c->ak ? c->ak : "ecc"), born },
		.device = { kind_of(c->device ? c->device : "ecc"), born },
	};
}

#define REFUSED(row_) .outcome = BLOCKLIST_VULNERABLE, .row = (row_)
#define OLD(row_) .outcome = BLOCKLIST_OLD_KEYS, .row = (row_)
#define FINE .outcome = BLOCKLIST_FINE

static const struct tpm_case cases[] = {
	{ "ROCA firmware, signed", "IFX", "id:00070055", "7.61.65.3", NULL, NULL, NULL,
	  REFUSED("roca-ifx-7") },
	{ "twin: the version that mends it", "IFX", "id:00070055", "7.62", NULL, NULL, NULL, FINE },
	{ "the first of the range", "IFX", NULL, "7.0", NULL, NULL, NULL, REFUSED("roca-ifx-7") },
	{ "the gap between two ranges of one line", "IFX", NULL, "4.34", NULL, NULL, NULL, FINE },
	{ "twin: behind the gap", "IFX", NULL, "4.40", NULL, NULL, NULL, REFUSED("roca-ifx-4b") },
	{ "the EK certificate alone says so", "IFX", "id:0007003D", NULL, NULL, NULL, NULL,
	  REFUSED("roca-ifx-7"), .is_certified = true },
	{ "the same as older chips write it", "IFX", "id:073d", NULL, NULL, NULL, NULL, REFUSED("roca-ifx-7"),
	  .is_certified = true },
	{ "twin: a real SLB 9670, made after", "IFX", "id:073f", NULL, NULL, NULL, NULL, FINE },
	{ "made with ROCA, updated since", "IFX", "id:0007003D", "7.85.4555.0", NULL, NULL, NULL, FINE },
	{ "a signed version of another line mends nothing", "IFX", "id:0007003D", "15.20", NULL, NULL, NULL,
	  REFUSED("roca-ifx-7"), .is_certified = true },
	{ "an EK certificate in no form we know decides nothing", "IFX", "id:71", "7.62", NULL, NULL, NULL,
	  FINE },
	{ "updated, with RSA keys from before", "IFX", "id:0007003D", "7.85", "7.61", "rsa", "rsa",
	  OLD("roca-ifx-7"), .is_ak_old = true, .is_device_old = true },
	{ "only the attestation key is RSA", "IFX", "id:0007003D", "7.85", "7.61", "rsa", "ecc",
	  OLD("roca-ifx-7"), .is_ak_old = true },
	{ "only the device key is RSA", "IFX", NULL, "7.85", "7.61", "ecc", "rsa", OLD("roca-ifx-7"),
	  .is_device_old = true },
	{ "twin: ROCA never touched curves", "IFX", "id:0007003D", "7.85", "7.61", "ecc", "ecc", FINE },
	{ "twin: RSA keys from after the update", "IFX", "id:0007003D", "7.85", "7.62", "rsa", "rsa", FINE },
	{ "TPM-FAIL, ST", "STM", "id:00490004", "73.4", NULL, NULL, NULL, REFUSED("tpmfail-stm-73-0") },
	{ "twin: ST updated, new keys", "STM", "id:00490004", "73.20", NULL, NULL, NULL, FINE },
	{ "ST updated, keys from before", "STM", "id:00490004", "73.20", "73.4", "ecc", "ecc",
	  OLD("tpmfail-stm-73-0"), .is_ak_old = true, .is_device_old = true },
	{ "twin: TPM-FAIL leaves RSA alone", "STM", "id:00490004", "73.20", "73.4", "rsa", "rsa", FINE },
	{ "TPM-FAIL, Intel: the third number decides", "INTC", NULL, "11.8.64.9", NULL, NULL, NULL,
	  REFUSED("tpmfail-intc-ptt-11") },
	{ "twin: Intel", "INTC", NULL, "11.8.65.3590", NULL, NULL, NULL, FINE },
	{ "Intel's other line", "INTC", NULL, "11.22.64", NULL, NULL, NULL,
	  REFUSED("tpmfail-intc-ptt-11-22") },
	{ "numbers of one maker say nothing of another's", "NTC", NULL, "7.61", NULL, NULL, NULL, FINE },
	{ "makers are known by name too", "infineon", NULL, "7.61", NULL, NULL, NULL, REFUSED("roca-ifx-7") },
};

static void each_tpm_is_judged_as_its_maker_says(void **state)
{
	const struct scene *s = *state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct tpm_case *c = &cases[i];
		const struct blocklist_tpm t = tpm_of(c);
		struct blocklist_finding f;
		blocklist_judge(&s->rows, &t, &f);
		bool is_row = c->row ? f.row && is_bytes_text(f.row->text.id, c->row) : !f.row;
		if (f.outcome != c->outcome || !is_row || f.is_ak_old != c->is_ak_old ||
		    f.is_device_old != c->is_device_old || f.is_certified != c->is_certified)
			fail_msg("%s: outcome %d", c->what, (int)f.outcome);
	}
	COUNTED("vectors", COUNT_OF(cases));
}

static void a_zeroed_finding_is_not_fine(void **state)
{
	(void)state;
	const struct blocklist_finding f = { 0 };
	CHECK(f.outcome == BLOCKLIST_UNJUDGED && f.outcome != BLOCKLIST_FINE);
}

static void a_tpm_that_no_maker_vouches_for_is_warned_by_number(void **state)
{
	const struct scene *s = *state;
	const struct blocklist_tpm t = { .has_firmware = true, .firmware = version("7.61") };
	struct blocklist_finding f;
	char text[BLOCKLIST_DETAIL_SIZE];
	blocklist_judge(&s->rows, &t, &f);
	CHECK(f.outcome == BLOCKLIST_FINE && f.warnings == 1);
	CHECK(strstr(blocklist_warnings(&f, text), "ROCA"));
	CHECK(blocklist_text(&f, text)[0] == 0);
}

static void the_date_of_errata_warns_and_never_refuses(void **state)
{
	const struct scene *s = *state;
	static const struct {
		uint64_t day;
		const char *warnings;
	} days[] = {
		{ 0, "" }, /* it did not say */
		{ 2019312, "CVE-2023-1017, CVE-2023-1018, CVE-2025-2884" },
		{ 2023058, "CVE-2023-1017, CVE-2023-1018, CVE-2025-2884" },
		{ 2023059, "CVE-2025-2884" },
		{ 2025161, "" },
	};
	for (size_t i = 0; i < COUNT_OF(days); i++) {
		const struct blocklist_tpm t = { .maker = BYTES_TEXT("AMD"), .errata = days[i].day };
		struct blocklist_finding f;
		char text[BLOCKLIST_DETAIL_SIZE];
		blocklist_judge(&s->rows, &t, &f);
		CHECK(f.outcome == BLOCKLIST_FINE);
		assert_string_equal(blocklist_warnings(&f, text), days[i].warnings);
	}
}

static void what_people_read_names_the_fixed_version_the_page_and_the_keys(void **state)
{
	const struct scene *s = *state;
	const struct tpm_case vulnerable = { .maker = "IFX", .firmware = "7.61" };
	const struct tpm_case old = {
		.maker = "IFX", .firmware = "7.85", .born = "7.61", .ak = "rsa", .device = "rsa"
	};
	struct blocklist_tpm t = tpm_of(&vulnerable);
	struct blocklist_finding f;
	char text[BLOCKLIST_DETAIL_SIZE];
	blocklist_judge(&s->rows, &t, &f);
	assert_string_equal(blocklist_text(&f, text),
			    "Infineon firmware 7.61 has ROCA (CVE-2017-15361); 7.62 and later are mended: "
			    "https://www.infineon.com/tpm-update");
	t = tpm_of(&old);
	blocklist_judge(&s->rows, &t, &f);
	assert_string_equal(
		blocklist_text(&f, text),
		"Renew the attestation key and the device key: made under firmware 7.61, which had "
		"ROCA (CVE-2017-15361). See https://www.infineon.com/tpm-update");
}

static void a_row_for_a_model_leaves_others_alone(void **state)
{
	(void)state;
	_Alignas(max_align_t) uint8_t memory[16384];
	struct arena a = { .p = memory, .n = sizeof(memory) };
	struct blocklist b;
	const struct blocklist_new row = { BYTES_TEXT("x"),
					   BYTES_TEXT("IFX"),
					   BYTES_TEXT("SLB 9670"),
					   BYTES_TEXT("firmware"),
					   { 0 },
					   BYTES_TEXT("8"),
					   { 0 },
					   BYTES_TEXT("refuse"),
					   BYTES_TEXT("all"),
					   BYTES_TEXT("X"),
					   BYTES_TEXT("https://x"),
					   BYTES_TEXT("us") };
	struct blocklist_tpm t = { .maker = BYTES_TEXT("IFX"),
				   .has_firmware = true,
				   .firmware = version("7.85") };
	struct blocklist_finding f;
	OK(blocklist_build(&row, 1, &a, &b));
	t.model = BYTES_TEXT("SLB 9670 TPM2.0");
	blocklist_judge(&b, &t, &f);
	CHECK(f.outcome == BLOCKLIST_VULNERABLE);
	t.model = BYTES_TEXT("SLB 9665");
	blocklist_judge(&b, &t, &f);
	CHECK(f.outcome == BLOCKLIST_FINE);
}

/* --- rows and files ------------------------------------------------------------------------------------- */

#define HEAD "id\tmaker\tmodel\tbasis\tfirst\tlast\tfixed\teffect\tkeys\tname\tpage\tsource\n"
#define ROW(id, maker, basis, range, effect) \
	id "\t" maker "\t-\t" basis "\t" range "\t" effect "\tX\thttps://x\tus\n"
#define GOOD ROW("x", "IFX", "firmware", "7.0\t7.61\t7.62", "refuse\trsa")

static fault parse(struct scene *s, const char *text, struct blocklist *ret)
{
	const char *detail = NULL;
	fault why = blocklist_parse(bytes_text(text), &s->arena, ret, &detail);
	if (why == FAIL(PARSE_FIELD))
		CHECK(detail && is_text_printable(bytes_text(detail)));
	return why;
}

static void a_row_that_makes_no_sense_is_refused(void **state)
{
	struct scene *s = *state;
	struct blocklist b;
	static const char *const bad[] = {
		ROW("X y", "IFX", "firmware", "7.0\t7.61\t7.62", "refuse\trsa"),
		ROW("x", "NOBODY", "firmware", "7.0\t7.61\t7.62", "refuse\trsa"),
		ROW("x", "-", "firmware", "7.0\t7.61\t7.62", "refuse\trsa"),
		ROW("x", "IFX", "rumour", "7.0\t7.61\t7.62", "refuse\trsa"),
		ROW("x", "IFX", "firmware", "7.62\t7.61\t7.63", "refuse\trsa"),
		ROW("x", "IFX", "firmware", "7.0\t7.61\t6.9", "refuse\trsa"),
		ROW("x", "IFX", "firmware", "7.0\t7.65536\t-", "refuse\trsa"),
		ROW("x", "IFX", "firmware", "7.0\t1.2.3.4.5\t-", "refuse\trsa"),
		ROW("x", "IFX", "firmware", "7.0\t7.\t-", "refuse\trsa"),
		ROW("x", "IFX", "firmware", "7.0\t7.61\t7.62", "laugh\trsa"),
		ROW("x", "IFX", "firmware", "7.0\t7.61\t7.62", "refuse\tdsa"),
		ROW("x", "-", "errata", "-\t2023-058\t-", "refuse\tnone"),
		ROW("x", "-", "errata", "-\t2023-058\t-", "warn\trsa"),
		ROW("x", "-", "errata", "-\t2023-367\t-", "warn\tnone"),
		ROW("x", "-", "errata", "-\t2023-5\t-", "warn\tnone"),
	};
	char text[1024];
	OK(parse(s, HEAD GOOD "end\n", &b));
	CHECK(b.n == 1);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		snprintf(text, sizeof(text), HEAD "%send\n", bad[i]);
		REFUSES(PARSE_FIELD, parse(s, text, &b));
	}
	REFUSES(CONFLICT, parse(s, HEAD GOOD GOOD "end\n", &b));
	COUNTED("vectors", COUNT_OF(bad));
}

static void a_file_cut_or_continued_anywhere_is_refused(void **state)
{
	struct scene *s = *state;
	struct blocklist b;
	_Alignas(max_align_t) static uint8_t memory[ARENA_SIZE];
	for (size_t n = 0; n < s->text.n; n++) {
		struct arena a = { .p = memory, .n = sizeof(memory) };
		REFUSES(PARSE_FIELD, blocklist_parse(bytes_slice(s->text, 0, n), &a, &b, NULL));
		memset(memory, 0, a.at);
	}
	REFUSES(PARSE_FIELD, parse(s, HEAD GOOD "end\n\n", &b));
	REFUSES(PARSE_FIELD, parse(s, HEAD GOOD "end\nend\n", &b));
	COUNTED("truncations", s->text.n);
}

static void a_written_list_reads_as_the_same(void **state)
{
	struct scene *s = *state;
	struct blocklist again;
	struct wr w = wr_of(arena_alloc(&s->arena, FILE_MAX), FILE_MAX);
	blocklist_write(&s->rows, &w);
	CHECK(!w.bad);
	OK(blocklist_parse(wr_done(&w), &s->arena, &again, NULL));
	CHECK(again.n == s->rows.n && again.n > 20);
	assert_memory_equal(again.digest, s->rows.digest, sizeof(again.digest));
}

static void the_digest_is_of_the_rows_not_of_their_order_or_remarks(void **state)
{
	struct scene *s = *state;
	struct blocklist ab, ba, other;
#define OTHER(last) ROW("y", "IFX", "firmware", "8.0\t" last "\t-", "warn\tnone")
	OK(parse(s, HEAD GOOD OTHER("8.1") "end\n", &ab));
	OK(parse(s, "# so\n\n" HEAD OTHER("8.1") "# and so\n" GOOD "end\n", &ba));
	OK(parse(s, HEAD GOOD OTHER("8.2") "end\n", &other));
	assert_memory_equal(ab.digest, ba.digest, sizeof(ab.digest));
	assert_memory_not_equal(ab.digest, other.digest, sizeof(ab.digest));
}

static void versions_are_written_as_they_are_read(void **state)
{
	(void)state;
	static const char *const good[] = { "7.61", "11.8.65.3590", "8217.4131.22.13878", "0.0", "7.0.0.1" };
	static const char *const bad[] = { "", ".", "7.", ".7", "7..1", "7.061", "1.2.3.4.5", "-1", "7.x" };
	static const char *const bad_certified[] = { "", "id:", "id:71", "id:07 3f", "073f", "id:0007003D0" };
	char text[FIRMWARE_TEXT_SIZE];
	uint64_t v;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_string_equal(firmware_text(version(good[i]), text), good[i]);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		CHECK(!firmware_parse(bytes_text(bad[i]), 0, &v));
	for (size_t i = 0; i < COUNT_OF(bad_certified); i++)
		CHECK(!firmware_parse_certified(bytes_text(bad_certified[i]), &v));
	CHECK(firmware_parse(BYTES_TEXT("7.61"), UINT16_MAX, &v) && v == 0x0007003DFFFFFFFF);
	CHECK(firmware_parse_certified(BYTES_TEXT("id:0007003D"), &v) && v == version("7.61"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_tpm_is_judged_as_its_maker_says),
		TEST(a_zeroed_finding_is_not_fine),
		TEST(a_tpm_that_no_maker_vouches_for_is_warned_by_number),
		TEST(the_date_of_errata_warns_and_never_refuses),
		TEST(what_people_read_names_the_fixed_version_the_page_and_the_keys),
		TEST(a_row_for_a_model_leaves_others_alone),
		TEST(a_row_that_makes_no_sense_is_refused),
		TEST(a_file_cut_or_continued_anywhere_is_refused),
		TEST(a_written_list_reads_as_the_same),
		TEST(the_digest_is_of_the_rows_not_of_their_order_or_remarks),
		TEST(versions_are_written_as_they_are_read),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
