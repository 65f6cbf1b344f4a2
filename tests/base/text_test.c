#include "test.h"

#include <string.h>

#include "base/text.h"

static void words_of_all_scripts_are_printable(void **state)
{
	(void)state;
	static const char *const words[] = {
		"",
		"plain ASCII ~!",
		"Gr\xC3\xBC\xC3\x9F\x65",
		"\xE2\x82\xAC",
		"\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
		"\xF0\x9F\x94\x91",
		"\xC2\xA0",
		"\xED\x9F\xBF",
		"\xEE\x80\x80",
		"\xF4\x8F\xBF\xBF",
	};
	for (size_t i = 0; i < COUNT_OF(words); i++)
		CHECK(is_text_printable(bytes_text(words[i])));
}

static void control_characters_are_not_printable(void **state)
{
	(void)state;
	for (int c = 0; c < 0x100; c++) {
		uint8_t one = (uint8_t)c;
		CHECK(is_text_printable(bytes_of(&one, 1)) == (c >= 0x20 && c < 0x7F));
	}
	for (int c = 0x80; c < 0xA0; c++) {
		uint8_t two[] = { 0xC2, (uint8_t)c };
		CHECK(!is_text_printable(BYTES_OF(two)));
	}
}

static void marks_that_turn_the_direction_of_text_are_not_printable(void **state)
{
	(void)state;
	static const char *const marks[] = {
		"\xD8\x9C",     "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xA8",
		"\xE2\x80\xA9", "\xE2\x80\xAA", "\xE2\x80\xAE", "\xE2\x81\xA6",
		"\xE2\x81\xA9", "\xEF\xBB\xBF", "\xEF\xBF\xB9",
	};
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		CHECK(!is_text_printable(bytes_text(marks[i])));
}

static void malformed_utf8_is_not_printable(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"\x80",             /* a continuation alone */
		"\xC3",             /* cut short */
		"\xE2\x82",         /* cut short */
		"\xF0\x9F\x94",     /* cut short */
		"\xC3\x28",         /* no continuation */
		"\xE2\x28\xA1",     /* no continuation */
		"\xC0\xAF",         /* longer than needed */
		"\xC1\xBF",         /* longer than needed */
		"\xE0\x9F\xBF",     /* longer than needed */
		"\xF0\x8F\xBF\xBF", /* longer than needed */
		"\xED\xA0\x80",     /* half of a pair */
		"\xED\xBF\xBF",     /* half of a pair */
		"\xF4\x90\x80\x80", /* above the last character */
		"\xF8\x88\x80\x80\x80",
		"\xFF",
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		CHECK(!is_text_printable(bytes_text(wrong[i])));
}

static void hexadecimal_goes_there_and_back(void **state)
{
	(void)state;
	uint8_t all[256], back[256];
	char hex[TEXT_HEX_SIZE(256)];
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	CHECK(text_hex(BYTES_OF(all), hex) == hex);
	CHECK(memcmp(hex, "000102", 6) == 0 && strcmp(hex + 506, "fdfeff") == 0);
	CHECK(text_hex_parse(bytes_text(hex), back, sizeof(back)));
	CHECK(is_bytes_equal(BYTES_OF(all), BYTES_OF(back)));
	CHECK(text_hex_parse(BYTES_TEXT("aBCd"), back, 2) && back[0] == 0xAB && back[1] == 0xCD);
}

static void what_is_not_hexadecimal_of_that_length_writes_nothing(void **state)
{
	(void)state;
	static const char *const wrong[] = { "",     "0",          "000",  "00000", "0g00", "00 0", "-000",
					     "0x00", "00\xC0\x30", "@000", "`000",  "/000", ":000", "G000" };
	uint8_t out[2] = { 7, 7 };
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		CHECK(!text_hex_parse(bytes_text(wrong[i]), out, sizeof(out)));
	CHECK(is_bytes_uniform(BYTES_OF(out), 7));
}

static void uuids_go_there_and_back(void **state)
{
	(void)state;
	uint8_t id[16], back[16];
	char text[TEXT_UUID_SIZE];
	for (size_t i = 0; i < sizeof(id); i++)
		id[i] = (uint8_t)(0x11 * i);
	assert_string_equal(text_uuid(id, text), "00112233-4455-6677-8899-aabbccddeeff");
	CHECK(text_uuid_parse(BYTES_TEXT("00112233-4455-6677-8899-AABBCCDDEEFF"), back));
	CHECK(is_bytes_equal(BYTES_OF(id), BYTES_OF(back)));
}

static void what_is_not_a_uuid_writes_nothing(void **state)
{
	(void)state;
	static const char good[] = "00112233-4455-6677-8899-aabbccddeeff";
	uint8_t out[16];
	memset(out, 7, sizeof(out));
	for (size_t n = 0; n < sizeof(good) - 1; n++) {
		char bad[sizeof(good)];
		memcpy(bad, good, sizeof(good));
		bad[n] = good[n] == '-' ? '0' : '-';
		CHECK(!text_uuid_parse(bytes_of(good, n), out));
		CHECK(!text_uuid_parse(bytes_text(bad), out));
	}
	CHECK(!text_uuid_parse(BYTES_OF(good), out));
	CHECK(is_bytes_uniform(BYTES_OF(out), 7));
}

static void numbers_are_read_up_to_their_bound(void **state)
{
	(void)state;
	uint64_t v = 1;
	CHECK(text_uint_parse(BYTES_TEXT("0"), 0, &v) && v == 0);
	CHECK(text_uint_parse(BYTES_TEXT("1000"), 1000, &v) && v == 1000);
	CHECK(text_uint_parse(BYTES_TEXT("18446744073709551615"), UINT64_MAX, &v) && v == UINT64_MAX);
}

static void what_is_no_number_in_its_one_form_or_too_large_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"",
		"-1",
		"+1",
		" 1",
		"1 ",
		"01",
		"00",
		"1.0",
		"1e3",
		"0x1",
		"a",
		"1001",
		"18446744073709551616",
		"18446744073709551626",
		"99999999999999999999",
		"184467440737095516150",
	};
	uint64_t v = 7;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		CHECK(!text_uint_parse(bytes_text(wrong[i]), 1000, &v));
	CHECK(!text_uint_parse(BYTES_TEXT("18446744073709551616"), UINT64_MAX, &v));
	CHECK(v == 7);
}

static void times_are_written_in_utc(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *text;
	} times[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59Z" },
		{ 951782399, "2000-02-28T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 951868800, "2000-03-01T00:00:00Z" },
		{ 1709164800, "2024-02-29T00:00:00Z" },
		{ 2147483648, "2038-01-19T03:14:08Z" },
		{ 4107542400, "2100-03-01T00:00:00Z" },
		{ 253402300799, "9999-12-31T23:59:59Z" },
		{ -62167219200, "0000-01-01T00:00:00Z" },
		{ -11644473600, "1601-01-01T00:00:00Z" },
	};
	char out[TEXT_TIME_SIZE];
	for (size_t i = 0; i < COUNT_OF(times); i++)
		assert_string_equal(text_time(times[i].seconds, out), times[i].text);
}

static void a_moment_is_read_as_it_is_written(void **state)
{
	(void)state;
	static const int64_t moments[] = { 0, 951782400, 1767225599, 4107542400, 253402300799, -62167219200 };
	char text[TEXT_TIME_SIZE];
	int64_t got;
	for (size_t i = 0; i < COUNT_OF(moments); i++) {
		CHECK(text_time_parse(bytes_text(text_time(moments[i], text)), &got));
		CHECK(got == moments[i]);
	}
}

static void what_is_no_moment_is_not_read(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:60Z", "2026-01-01t00:00:00Z", "2026-01-01T00:00:00z",
		"2026-1-01T00:00:000Z", "2026-01-01T00:00:0/Z", "-026-01-01T00:00:00Z",
		"2026-01-01T00:00:00+", "2026-01-01 00:00:00Z",
	};
	static const char whole[] = "2026-01-01T00:00:00Z0";
	int64_t got = 7;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		CHECK(!text_time_parse(bytes_text(texts[i]), &got));
	for (size_t n = 0; n < sizeof(whole); n++)
		CHECK(text_time_parse(bytes_of(whole, n), &got) == (n == 20));
}

static void times_beyond_all_calendars_still_end_inside_their_room(void **state)
{
	(void)state;
	char out[TEXT_TIME_SIZE];
	CHECK(strlen(text_time(INT64_MAX, out)) < sizeof(out));
	CHECK(strlen(text_time(INT64_MIN, out)) < sizeof(out));
}

static void a_word_stands_for_its_number_and_no_other_does(void **state)
{
	(void)state;
	static const char *const words[] = { [1] = "on", [2] = "off" };
	static const char *const whole[] = { "none", "some" };
	const size_t n = COUNT_OF(words);
	for (size_t i = 1; i < n; i++)
		CHECK(text_word_find(words, n, bytes_text(text_word(words, n, i))) == i);
	CHECK(!text_word_find(words, n, BYTES_TEXT("ON")) && !text_word_find(words, n, (struct bytes){ 0 }));
	static const char *const bits[] = { [1] = "one", [4] = "four" };
	CHECK(text_word_find(bits, COUNT_OF(bits), BYTES_TEXT("four")) == 4);
	CHECK(text_word_find(bits, COUNT_OF(bits), BYTES_TEXT("")) == 0);
	assert_string_equal(text_word(words, n, 0), "unknown");
	assert_string_equal(text_word(words, n, n), "unknown");
	/* Zero may have a word, which nobody can ask for by it. */
	assert_string_equal(text_word(whole, COUNT_OF(whole), 0), "none");
	CHECK(text_word_find(whole, COUNT_OF(whole), BYTES_TEXT("none")) == 0);
}

static void blanks_at_the_ends_are_trimmed_and_no_others(void **state)
{
	(void)state;
	CHECK(is_bytes_text(text_trimmed(BYTES_TEXT(" \ta b\tc\t ")), "a b\tc"));
	CHECK(is_bytes_text(text_trimmed(BYTES_TEXT("\n a\r")), "\n a\r"));
	CHECK(text_trimmed(BYTES_TEXT(" \t ")).n == 0 && text_trimmed((struct bytes){ 0 }).n == 0);
}

static void a_clock_that_is_behind_stands_below_the_other(void **state)
{
	char out[TEXT_SKEW_SIZE];
	(void)state;
	assert_string_equal(text_skew(1000, 2500, out), "-1500 s from the server's");
	assert_string_equal(text_skew(2500, 1000, out), "+1500 s from the server's");
	CHECK(strlen(text_skew(INT64_MAX / 2, INT64_MIN / 2, out)) < TEXT_SKEW_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(words_of_all_scripts_are_printable),
		TEST(control_characters_are_not_printable),
		TEST(marks_that_turn_the_direction_of_text_are_not_printable),
		TEST(malformed_utf8_is_not_printable),
		TEST(blanks_at_the_ends_are_trimmed_and_no_others),
		TEST(hexadecimal_goes_there_and_back),
		TEST(what_is_not_hexadecimal_of_that_length_writes_nothing),
		TEST(uuids_go_there_and_back),
		TEST(what_is_not_a_uuid_writes_nothing),
		TEST(numbers_are_read_up_to_their_bound),
		TEST(what_is_no_number_in_its_one_form_or_too_large_is_refused),
		TEST(a_word_stands_for_its_number_and_no_other_does),
		TEST(times_are_written_in_utc),
		TEST(a_moment_is_read_as_it_is_written),
		TEST(what_is_no_moment_is_not_read),
		TEST(times_beyond_all_calendars_still_end_inside_their_room),
		TEST(a_clock_that_is_behind_stands_below_the_other),
	};
	return RUN(tests);
}
