#include "base/base64.h"
#include "test.h"

#include <string.h>

struct vector {
	const char *text, *octets;
};

static bool is_refused(struct bytes text)
{
	uint8_t memory[64];
	struct wr w = wr_of(memory, sizeof(memory));
	return !base64_parse(text, &w) && w.at == 0;
}

static void the_vectors_of_the_standard_are_read(void **state)
{
	static const struct vector vectors[] = { /* RFC 4648 §10 */
		{ "", "" },         { "Zg==", "f" },        { "Zm8=", "fo" },         { "Zm9v", "foo" },
		{ "Zm9vYg==", "foob" }, { "Zm9vYmE=", "fooba" }, { "Zm9vYmFy", "foobar" },
	};
	uint8_t memory[16];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		struct wr w = wr_of(memory, sizeof(memory));
		CHECK(base64_parse(bytes_text(vectors[i].text), &w));
		CHECK(is_bytes_text(wr_done(&w), vectors[i].octets));
	}
}

static void every_digit_has_its_value(void **state)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t memory[3];
	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		const char text[] = { 'A', 'A', 'A', digits[i] };
		struct wr w = wr_of(memory, sizeof(memory));
		CHECK(base64_parse(bytes_of(text, 4), &w));
		CHECK(memory[0] == 0 && memory[1] == 0 && memory[2] == i);
	}
}

static void a_short_last_group_is_refused(void **state)
{
	static const char text[] = "Zm9vYmFyZm9v";
	(void)state;
	for (size_t n = 1; n < sizeof(text) - 1; n++)
		CHECK(is_refused(bytes_of(text, n)) == (n % 4 != 0));
}

static void whatever_is_no_digit_is_refused(void **state)
{
	char text[] = "Zm9vYmFy";
	(void)state;
	for (size_t at = 0; at < 4; at++) {
		for (unsigned c = 0; c < 256; c++) {
			bool is_digit = c != 0 && strchr("+/", (int)c);
			is_digit = is_digit || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
				   (c >= 'a' && c <= 'z');
			text[at] = (char)c;
			CHECK(is_refused(bytes_of(text, 8)) == !is_digit);
		}
		text[at] = 'A';
	}
}

static void padding_stands_at_the_end_and_twice_at_most(void **state)
{
	static const char *const wrong[] = { "=",    "====", "A===",     "Zg==Zg==", "Zg=A",
					     "Z=g=", "=Zg=", "Zm9v====", "Zm9v=" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		CHECK(is_refused(bytes_text(wrong[i])));
}

static void bits_that_stand_for_nothing_are_zero(void **state)
{
	static const char *const wrong[] = { "Zh==", "Z/==", "Zm9=", "Zm+=" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		CHECK(is_refused(bytes_text(wrong[i])));
}

static void what_does_not_fit_is_refused_and_leaves_the_cursor(void **state)
{
	uint8_t memory[5];
	struct wr w = wr_of(memory, sizeof(memory));
	(void)state;
	CHECK(!base64_parse(bytes_text("Zm9vYmFy"), &w));
	CHECK(!w.bad && w.at == 0);
	CHECK(base64_parse(bytes_text("Zm9vYmE="), &w));
	CHECK(is_bytes_text(wr_done(&w), "fooba"));
}

static void octets_are_appended_to_what_is_there(void **state)
{
	uint8_t memory[8];
	struct wr w = wr_of(memory, sizeof(memory));
	(void)state;
	wr_u8(&w, '>');
	CHECK(base64_parse(bytes_text("Zm9v"), &w));
	CHECK(is_bytes_text(wr_done(&w), ">foo"));
}

static void the_alphabet_for_urls_differs_in_two_digits_and_may_leave_the_padding_out(void **state)
{
	static const struct vector vectors[] = {
		{ "", "" },	    { "Zg", "f" },	   { "Zg==", "f" },
		{ "Zm8", "fo" },    { "Zm8=", "fo" },      { "Zm9v", "foo" },
		{ "-_-_", "\xfb\xff\xbf" },
	};
	static const char *const wrong[] = { "Z", "+/+/", "Zg=", "Zh", "Zm9", "Zm9v=", "Zg==Zg", "Zm9vY" };
	uint8_t memory[16];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		struct wr w = wr_of(memory, sizeof(memory));
		CHECK(base64_parse_url(bytes_text(vectors[i].text), &w));
		CHECK(is_bytes_text(wr_done(&w), vectors[i].octets));
	}
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct wr w = wr_of(memory, sizeof(memory));
		CHECK(!base64_parse_url(bytes_text(wrong[i]), &w) && w.at == 0);
	}
	CHECK(is_refused(BYTES_TEXT("-_-_")));
}

static void what_is_written_for_urls_is_read_again(void **state)
{
	uint8_t octets[64], text[96], again[64];
	(void)state;
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)(i * 37 + 251);
	for (size_t n = 0; n <= sizeof(octets); n++) {
		struct wr w = wr_of(text, sizeof(text)), back = wr_of(again, sizeof(again));
		base64_write_url(bytes_of(octets, n), &w);
		CHECK(!w.bad && w.at == (n + 2) / 3 * 4);
		CHECK(base64_parse_url(wr_done(&w), &back));
		CHECK(is_bytes_equal(wr_done(&back), bytes_of(octets, n)));
		w = wr_of(text, sizeof(text));
		back = wr_of(again, sizeof(again));
		base64_write(bytes_of(octets, n), &w);
		CHECK(!w.bad && base64_parse(wr_done(&w), &back));
		CHECK(is_bytes_equal(wr_done(&back), bytes_of(octets, n)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_vectors_of_the_standard_are_read),
		TEST(every_digit_has_its_value),
		TEST(a_short_last_group_is_refused),
		TEST(whatever_is_no_digit_is_refused),
		TEST(padding_stands_at_the_end_and_twice_at_most),
		TEST(bits_that_stand_for_nothing_are_zero),
		TEST(what_does_not_fit_is_refused_and_leaves_the_cursor),
		TEST(octets_are_appended_to_what_is_there),
		TEST(the_alphabet_for_urls_differs_in_two_digits_and_may_leave_the_padding_out),
		TEST(what_is_written_for_urls_is_read_again),
	};
	return RUN(tests);
}
