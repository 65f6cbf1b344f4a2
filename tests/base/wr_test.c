#include "test.h"

#include <string.h>

#include "base/wr.h"

static void numbers_are_written_big_endian_one_after_the_other(void **state)
{
	(void)state;
	uint8_t out[15];
	struct wr w = wr_of(out, sizeof(out));
	wr_u8(&w, 0x01);
	wr_be16(&w, 0x0203);
	wr_be32(&w, 0x04050607);
	wr_be64(&w, 0x08090A0B0C0D0E0F);
	CHECK(is_bytes_equal(wr_done(&w), BYTES_TEXT("\1\2\3\4\5\6\7\x8\x9\xA\xB\xC\xD\xE\xF")));
}

static void nothing_is_written_past_the_end(void **state)
{
	(void)state;
	uint8_t out[8];
	for (size_t n = 0; n < sizeof(out); n++) {
		memset(out, 0xEE, sizeof(out));
		struct wr w = wr_of(out, n);
		wr_be64(&w, 0);
		CHECK(w.bad);
		CHECK(is_bytes_uniform(BYTES_OF(out), 0xEE));
	}
}

static void after_a_write_that_did_not_fit_all_others_do_nothing(void **state)
{
	(void)state;
	uint8_t out[4] = { 0 };
	struct wr w = wr_of(out, sizeof(out));
	wr_u8(&w, 1);
	wr_be32(&w, 2);
	wr_u8(&w, 3);
	CHECK(w.bad && w.at == 1);
	CHECK(wr_done(&w).p == NULL && wr_done(&w).n == 0);
	CHECK(out[1] == 0);
}

static void a_cursor_without_room_takes_nothing_but_nothing(void **state)
{
	(void)state;
	struct wr w = wr_of(NULL, 0);
	wr_bytes(&w, (struct bytes){ 0 });
	CHECK(!w.bad);
	wr_u8(&w, 0);
	CHECK(w.bad);
}

static void a_sized_structure_has_its_length_in_front(void **state)
{
	(void)state;
	uint8_t out[16];
	struct wr w = wr_of(out, sizeof(out));
	wr_tpm2b(&w, BYTES_TEXT("abc"));
	wr_tpm2b(&w, (struct bytes){ 0 });
	CHECK(is_bytes_equal(wr_done(&w), BYTES_TEXT("\0\3abc\0\0")));
}

static void a_length_of_more_than_sixteen_bits_is_refused(void **state)
{
	(void)state;
	static uint8_t big[UINT16_MAX + 1], out[2 * sizeof(big)];
	struct wr w = wr_of(out, sizeof(out));
	wr_tpm2b(&w, bytes_of(big, UINT16_MAX));
	CHECK(!w.bad);
	wr_tpm2b(&w, BYTES_OF(big));
	CHECK(w.bad);
	w = wr_of(out, sizeof(out));
	size_t place = wr_open16(&w);
	wr_bytes(&w, BYTES_OF(big));
	wr_close16(&w, place);
	CHECK(w.bad);
}

static void lengths_are_filled_in_when_they_are_known_also_nested(void **state)
{
	(void)state;
	uint8_t out[16];
	struct wr w = wr_of(out, sizeof(out));
	size_t outer = wr_open16(&w);
	wr_u8(&w, 9);
	size_t inner = wr_open16(&w);
	wr_close16(&w, inner);
	wr_close16(&w, outer);
	CHECK(is_bytes_equal(wr_done(&w), BYTES_TEXT("\0\3\x9\0\0")));
}

static void closing_after_an_overflow_writes_nothing(void **state)
{
	(void)state;
	uint8_t out[3] = { 0 };
	struct wr w = wr_of(out, sizeof(out));
	size_t place = wr_open16(&w);
	wr_be16(&w, 7);
	wr_close16(&w, place);
	CHECK(w.bad);
	CHECK(is_bytes_uniform(BYTES_OF(out), 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_are_written_big_endian_one_after_the_other),
		TEST(nothing_is_written_past_the_end),
		TEST(after_a_write_that_did_not_fit_all_others_do_nothing),
		TEST(a_cursor_without_room_takes_nothing_but_nothing),
		TEST(a_sized_structure_has_its_length_in_front),
		TEST(a_length_of_more_than_sixteen_bits_is_refused),
		TEST(lengths_are_filled_in_when_they_are_known_also_nested),
		TEST(closing_after_an_overflow_writes_nothing),
	};
	return RUN(tests);
}
