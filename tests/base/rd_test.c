#include "test.h"

#include "base/rd.h"

static const uint8_t octets[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

static void numbers_are_read_big_endian_one_after_the_other(void **state)
{
	(void)state;
	struct rd r = rd_of(BYTES_OF(octets));
	CHECK(rd_u8(&r) == 0x01);
	CHECK(rd_be16(&r) == 0x0203);
	CHECK(rd_be32(&r) == 0x04050607);
	CHECK(rd_left(&r) == 8);
	CHECK(rd_be64(&r) == 0x08090A0B0C0D0E0F);
	CHECK(is_rd_done(&r));
}

static void octets_left_over_are_not_done(void **state)
{
	(void)state;
	struct rd r = rd_of(BYTES_OF(octets));
	rd_be64(&r);
	CHECK(!r.bad && !is_rd_done(&r));
	CHECK(rd_rest(&r).n == sizeof(octets) - 8);
	CHECK(is_rd_done(&r));
}

static void a_number_that_is_cut_short_is_bad_at_every_length(void **state)
{
	(void)state;
	for (size_t n = 0; n < 8; n++) {
		struct rd r = rd_of(bytes_of(octets, n));
		CHECK(rd_be64(&r) == 0);
		CHECK(r.bad);
	}
}

static void after_a_bad_read_everything_is_zero_and_empty(void **state)
{
	(void)state;
	struct rd r = rd_of(BYTES_OF(octets));
	CHECK(rd_bytes(&r, sizeof(octets) + 1).p == NULL);
	CHECK(rd_u8(&r) == 0 && rd_be16(&r) == 0 && rd_be32(&r) == 0 && rd_be64(&r) == 0);
	CHECK(rd_bytes(&r, 0).p == NULL && rd_bytes(&r, 1).p == NULL);
	CHECK(rd_tpm2b(&r, 100).p == NULL);
	CHECK(rd_rest(&r).p == NULL);
	CHECK(rd_left(&r) == 0);
	CHECK(!is_rd_done(&r));
}

static void a_length_near_the_largest_number_does_not_wrap(void **state)
{
	(void)state;
	for (size_t less = 0; less < 20; less++) {
		struct rd r = rd_of(BYTES_OF(octets));
		rd_u8(&r);
		CHECK(rd_bytes(&r, SIZE_MAX - less).p == NULL);
		CHECK(r.bad);
	}
}

static void a_view_of_nothing_is_present_inside_and_at_the_end(void **state)
{
	(void)state;
	struct rd r = rd_of(BYTES_OF(octets));
	CHECK(rd_bytes(&r, 0).p == octets);
	rd_rest(&r);
	struct bytes end = rd_bytes(&r, 0);
	CHECK(end.p == octets + sizeof(octets) && end.n == 0);
	CHECK(is_rd_done(&r));
}

static void the_absent_view_is_read_to_its_end_at_once(void **state)
{
	(void)state;
	struct rd r = rd_of((struct bytes){ 0 });
	CHECK(rd_rest(&r).n == 0);
	CHECK(is_rd_done(&r));
	rd_u8(&r);
	CHECK(!is_rd_done(&r));
}

static void a_sized_structure_is_read_within_its_bound(void **state)
{
	(void)state;
	struct bytes in = BYTES_TEXT("\0\3abc");
	struct rd r = rd_of(in);
	CHECK(is_bytes_text(rd_tpm2b(&r, 3), "abc"));
	CHECK(is_rd_done(&r));
	r = rd_of(in);
	CHECK(rd_tpm2b(&r, 2).p == NULL);
	CHECK(r.bad);
	for (size_t n = 0; n < in.n; n++) {
		r = rd_of(bytes_slice(in, 0, n));
		CHECK(rd_tpm2b(&r, 3).p == NULL);
		CHECK(r.bad);
	}
}

static void a_need_that_does_not_hold_is_remembered(void **state)
{
	(void)state;
	struct rd r = rd_of(BYTES_TEXT(""));
	rd_need(&r, true);
	CHECK(is_rd_done(&r));
	rd_need(&r, false);
	rd_need(&r, true);
	CHECK(r.bad && !is_rd_done(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_are_read_big_endian_one_after_the_other),
		TEST(octets_left_over_are_not_done),
		TEST(a_number_that_is_cut_short_is_bad_at_every_length),
		TEST(after_a_bad_read_everything_is_zero_and_empty),
		TEST(a_length_near_the_largest_number_does_not_wrap),
		TEST(a_view_of_nothing_is_present_inside_and_at_the_end),
		TEST(the_absent_view_is_read_to_its_end_at_once),
		TEST(a_sized_structure_is_read_within_its_bound),
		TEST(a_need_that_does_not_hold_is_remembered),
	};
	return RUN(tests);
}
