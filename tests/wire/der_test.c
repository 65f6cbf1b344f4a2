#include "test.h"

#include <string.h>

#include "wire/der.h"

/* The two forms of a time, of thirteen and of fifteen characters. */
#define UTC(text) BYTES_TEXT("\x17\x0D" text)
#define GENERAL(text) BYTES_TEXT("\x18\x0F" text)

static void a_value_is_tag_content_and_whole(void **state)
{
	(void)state;
	struct bytes in = BYTES_TEXT("\x04\x02" "ab" "\x05\x00");
	struct rd r = rd_of(in);
	struct der v = der_any(&r);
	CHECK(v.tag == DER_OCTET_STRING && is_bytes_text(v.body, "ab"));
	CHECK(v.whole.p == in.p && v.whole.n == 4);
	CHECK(is_der_next(&r, DER_NULL) && !is_der_next(&r, DER_OCTET_STRING));
	CHECK(der_get(&r, DER_NULL).n == 0);
	CHECK(is_rd_done(&r));
	CHECK(!is_der_next(&r, DER_NULL));
}

static void values_of_every_width_of_length_are_read_as_they_are_written(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, 70000 };
	static uint8_t content[70000], put[70016], framed[70016];
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct wr w = wr_of(put, sizeof(put)), v = wr_of(framed, sizeof(framed));
		der_put(&w, DER_OCTET_STRING, bytes_of(content, sizes[i]));
		size_t place = der_open(&v, DER_OCTET_STRING);
		wr_bytes(&v, bytes_of(content, sizes[i]));
		der_close(&v, place);
		CHECK(is_bytes_equal(wr_done(&w), wr_done(&v)));
		struct rd r = rd_of(wr_done(&w));
		CHECK(der_get(&r, DER_OCTET_STRING).n == sizes[i]);
		CHECK(is_rd_done(&r));
	}
}

static void lengths_have_one_form(void **state)
{
	(void)state;
	static uint8_t in[70000];
	static const struct bytes heads[] = {
		BYTES_TEXT("\x04\x80"),                     /* indefinite */
		BYTES_TEXT("\x04\x81\x00"),                 /* longer than needed */
		BYTES_TEXT("\x04\x81\x7F"),                 /* longer than needed */
		BYTES_TEXT("\x04\x82\x00\x80"),             /* longer than needed */
		BYTES_TEXT("\x04\x83\x00\xFF\xFF"),         /* longer than needed */
		BYTES_TEXT("\x04\x84\x00\x01\x00\x00"),     /* longer than needed */
		BYTES_TEXT("\x04\x85\x00\x00\x00\x00\x01"), /* more octets than are read */
		BYTES_TEXT("\x04\x84\xFF\xFF\xFF\xFF"),     /* beyond the input */
		BYTES_TEXT("\x04\xFF"),                     /* reserved */
	};
	for (size_t i = 0; i < COUNT_OF(heads); i++) {
		memset(in, 0, sizeof(in));
		CHECK(bytes_copy(heads[i], in, heads[i].n));
		struct rd r = rd_of(BYTES_OF(in));
		CHECK(der_any(&r).whole.p == NULL);
		CHECK(r.bad);
	}
}

static void tags_of_several_octets_and_none_are_refused(void **state)
{
	(void)state;
	static const uint8_t tags[] = { 0x00, 0x1F, 0x3F, 0x5F, 0x7F, 0x9F, 0xBF, 0xDF, 0xFF };
	for (size_t i = 0; i < COUNT_OF(tags); i++) {
		uint8_t in[] = { tags[i], 1, 0 };
		struct rd r = rd_of(BYTES_OF(in));
		CHECK(der_any(&r).tag == 0);
		CHECK(r.bad);
	}
}

static void every_truncation_of_a_value_is_refused(void **state)
{
	(void)state;
	uint8_t out[300], content[256] = { 0 };
	struct wr w = wr_of(out, sizeof(out));
	der_put(&w, DER_OCTET_STRING, BYTES_OF(content));
	for (size_t n = 0; n < wr_done(&w).n; n++) {
		struct rd r = rd_of(bytes_slice(wr_done(&w), 0, n));
		CHECK(der_any(&r).whole.p == NULL);
		CHECK(r.bad);
	}
}

static void another_tag_than_the_expected_is_refused(void **state)
{
	(void)state;
	struct rd r = rd_of(BYTES_TEXT("\x30\x00"));
	CHECK(der_get(&r, DER_SET).p == NULL);
	CHECK(r.bad);
	r = rd_of(BYTES_TEXT("\x30\x00"));
	struct rd inside = der_enter(&r, DER_SET);
	CHECK(inside.bad && r.bad);
}

static void entering_a_value_bounds_what_is_read_inside(void **state)
{
	(void)state;
	struct rd r = rd_of(BYTES_TEXT("\x30\x03\x02\x01\x05\x05\x00"));
	struct rd inside = der_enter(&r, DER_SEQUENCE);
	CHECK(is_bytes_text(der_magnitude(&inside), "\x05"));
	CHECK(is_rd_done(&inside));
	der_any(&inside);
	CHECK(inside.bad && !r.bad);
	CHECK(is_der_next(&r, DER_NULL));
}

static const struct {
	struct bytes encoded, magnitude;
} integers[] = {
	{ BYTES_TEXT("\x02\x01\x00"), BYTES_TEXT("\x00") },
	{ BYTES_TEXT("\x02\x01\x7F"), BYTES_TEXT("\x7F") },
	{ BYTES_TEXT("\x02\x02\x00\x80"), BYTES_TEXT("\x80") },
	{ BYTES_TEXT("\x02\x02\x01\x00"), BYTES_TEXT("\x01\x00") },
	{ BYTES_TEXT("\x02\x05\x00\xFF\xFF\xFF\xFF"), BYTES_TEXT("\xFF\xFF\xFF\xFF") },
};

static void numbers_are_read_and_written_without_their_sign_octet(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(integers); i++) {
		uint8_t out[16];
		struct rd r = rd_of(integers[i].encoded);
		CHECK(is_bytes_equal(der_magnitude(&r), integers[i].magnitude));
		CHECK(is_rd_done(&r));
		struct wr w = wr_of(out, sizeof(out));
		der_put_magnitude(&w, integers[i].magnitude);
		CHECK(is_bytes_equal(wr_done(&w), integers[i].encoded));
	}
}

static void leading_zeros_of_a_magnitude_are_not_written(void **state)
{
	(void)state;
	uint8_t out[16];
	struct wr w = wr_of(out, sizeof(out));
	der_put_magnitude(&w, BYTES_TEXT("\0\0\x80"));
	der_put_magnitude(&w, BYTES_TEXT("\0\0"));
	der_put_magnitude(&w, (struct bytes){ 0 });
	CHECK(is_bytes_equal(wr_done(&w), BYTES_TEXT("\x02\x02\x00\x80\x02\x01\x00\x02\x01\x00")));
}

static void small_numbers_are_written_in_their_shortest_form(void **state)
{
	(void)state;
	uint8_t out[32];
	struct wr w = wr_of(out, sizeof(out));
	der_put_small(&w, 0);
	der_put_small(&w, 128);
	der_put_small(&w, UINT64_MAX);
	CHECK(is_bytes_equal(wr_done(&w), BYTES_TEXT("\x02\x01\x00" "\x02\x02\x00\x80"
						     "\x02\x09\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")));
}

static void numbers_that_are_negative_padded_or_empty_are_refused(void **state)
{
	(void)state;
	static const struct bytes wrong[] = {
		BYTES_TEXT("\x02\x00"), /* empty */
		BYTES_TEXT("\x02\x01\x80"), /* negative */
		BYTES_TEXT("\x02\x02\xFF\x7F"), /* negative and padded */
		BYTES_TEXT("\x02\x02\x00\x7F"), /* padded */
		BYTES_TEXT("\x02\x02\x00\x00"), /* padded */
		BYTES_TEXT("\x0A\x01\x01"), /* an ENUMERATED */
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct rd r = rd_of(wrong[i]);
		CHECK(der_magnitude(&r).p == NULL);
		CHECK(r.bad);
	}
}

static void truth_has_two_values(void **state)
{
	(void)state;
	uint8_t out[8];
	struct wr w = wr_of(out, sizeof(out));
	der_put_bool(&w, true);
	der_put_bool(&w, false);
	struct rd r = rd_of(wr_done(&w));
	bool first = der_bool(&r);
	bool second = der_bool(&r);
	CHECK(first && !second && is_rd_done(&r));
	for (unsigned v = 1; v < 0xFF; v++) {
		uint8_t in[] = { DER_BOOLEAN, 1, (uint8_t)v };
		r = rd_of(BYTES_OF(in));
		CHECK(!der_bool(&r));
		CHECK(r.bad);
	}
	r = rd_of(BYTES_TEXT("\x01\x00"));
	CHECK(!der_bool(&r) && r.bad);
	r = rd_of(BYTES_TEXT("\x01\x02\xFF\xFF"));
	CHECK(!der_bool(&r) && r.bad);
}

static const struct {
	int64_t seconds;
	struct bytes encoded;
} times[] = {
	{ 0, UTC("700101000000Z") },
	{ -1, UTC("691231235959Z") },
	{ -631152000, UTC("500101000000Z") },
	{ -631152001, GENERAL("19491231235959Z") },
	{ 951782400, UTC("000229000000Z") },
	{ 2524607999, UTC("491231235959Z") },
	{ 2524608000, GENERAL("20500101000000Z") },
	{ 253402300799, GENERAL("99991231235959Z") },
	{ -62167219200, GENERAL("00000101000000Z") },
};

static void times_are_read_and_written_in_the_form_their_year_needs(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(times); i++) {
		uint8_t out[32];
		struct wr w = wr_of(out, sizeof(out));
		der_put_time(&w, times[i].seconds);
		CHECK(is_bytes_equal(wr_done(&w), times[i].encoded));
		struct rd r = rd_of(times[i].encoded);
		CHECK(der_time(&r) == times[i].seconds);
		CHECK(is_rd_done(&r));
	}
}

static void every_day_of_four_centuries_is_read_as_it_is_written(void **state)
{
	(void)state;
	for (int64_t day = -146097; day <= 146097; day++) {
		uint8_t out[32];
		struct wr w = wr_of(out, sizeof(out));
		der_put_time(&w, day * 86400 + 3723);
		struct rd r = rd_of(wr_done(&w));
		assert_int_equal(der_time(&r), day * 86400 + 3723);
		CHECK(is_rd_done(&r));
	}
}

static void a_time_in_the_longer_form_than_its_year_needs_is_read(void **state)
{
	(void)state;
	struct rd r = rd_of(GENERAL("20240229120000Z"));
	CHECK(der_time(&r) == 1709208000);
	CHECK(is_rd_done(&r));
}

static void times_that_no_calendar_has_are_refused(void **state)
{
	(void)state;
	static const struct bytes wrong[] = {
		UTC("700001000000Z"), UTC("701301000000Z"), UTC("700100000000Z"), UTC("700132000000Z"),
		UTC("700431000000Z"), UTC("710229000000Z"), UTC("700101240000Z"), UTC("700101006000Z"),
		UTC("700101000060Z"), UTC("7001010000 0Z"), UTC("+00101000000Z"), UTC("700101000000z"),
		GENERAL("21000229000000Z"), GENERAL("2024010100000.Z"),
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct rd r = rd_of(wrong[i]);
		CHECK(der_time(&r) == 0);
		CHECK(r.bad);
	}
}

static void times_of_another_length_or_tag_are_refused(void **state)
{
	(void)state;
	static const struct bytes wrong[] = {
		BYTES_TEXT("\x17\x00"),
		BYTES_TEXT("\x17\x0B" "7001010000Z"),
		BYTES_TEXT("\x17\x0C" "700101000000"),
		BYTES_TEXT("\x17\x0E" "700101000000ZZ"),
		BYTES_TEXT("\x17\x11" "700101000000+0000"),
		BYTES_TEXT("\x18\x12" "20240101000000.00Z"),
		BYTES_TEXT("\x18\x0D" "700101000000Z"),
		BYTES_TEXT("\x17\x0F" "20240101000000Z"),
		BYTES_TEXT("\x13\x0D" "700101000000Z"),
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct rd r = rd_of(wrong[i]);
		CHECK(der_time(&r) == 0);
		CHECK(r.bad);
	}
}

static void a_year_without_four_digits_cannot_be_written(void **state)
{
	(void)state;
	static const int64_t beyond[] = { 253402300800, -62167219201, INT64_MAX, INT64_MIN };
	for (size_t i = 0; i < COUNT_OF(beyond); i++) {
		uint8_t out[64];
		struct wr w = wr_of(out, sizeof(out));
		der_put_time(&w, beyond[i]);
		CHECK(w.bad);
	}
}

static void a_bit_string_says_that_no_bits_are_unused(void **state)
{
	(void)state;
	uint8_t out[8];
	struct wr w = wr_of(out, sizeof(out));
	der_put_bits(&w, BYTES_TEXT("\xA5"));
	der_put_bits(&w, (struct bytes){ 0 });
	CHECK(is_bytes_equal(wr_done(&w), BYTES_TEXT("\x03\x02\x00\xA5\x03\x01\x00")));
}

/* Closing moves the content to make room for a longer length, also when an outer value moves it again. */
static void nested_values_that_outgrow_their_length_are_moved(void **state)
{
	(void)state;
	uint8_t out[1024], content[200];
	memset(content, 0xC5, sizeof(content));
	struct wr w = wr_of(out, sizeof(out));
	size_t outer = der_open(&w, DER_SEQUENCE);
	size_t inner = der_open(&w, DER_SET);
	wr_bytes(&w, BYTES_OF(content));
	der_close(&w, inner);
	der_put_bool(&w, true);
	der_close(&w, outer);
	struct rd r = rd_of(wr_done(&w));
	struct rd inside = der_enter(&r, DER_SEQUENCE);
	CHECK(is_bytes_equal(der_get(&inside, DER_SET), BYTES_OF(content)));
	CHECK(der_bool(&inside));
	CHECK(is_rd_done(&inside) && is_rd_done(&r));
	CHECK(wr_done(&w).n == 3 + 3 + sizeof(content) + 3);
}

static void nothing_is_written_where_no_room_is(void **state)
{
	(void)state;
	uint8_t out[256], content[200] = { 0 };
	for (size_t n = 0; n < 3 + sizeof(content); n++) {
		struct wr put = wr_of(out, n), framed = wr_of(out, n);
		memset(out, 0xEE, sizeof(out));
		der_put(&put, DER_SET, BYTES_OF(content));
		size_t place = der_open(&framed, DER_SET);
		wr_bytes(&framed, BYTES_OF(content));
		der_close(&framed, place);
		CHECK(put.bad && framed.bad);
		CHECK(is_bytes_uniform(bytes_of(out + n, sizeof(out) - n), 0xEE));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_value_is_tag_content_and_whole),
		TEST(values_of_every_width_of_length_are_read_as_they_are_written),
		TEST(lengths_have_one_form),
		TEST(tags_of_several_octets_and_none_are_refused),
		TEST(every_truncation_of_a_value_is_refused),
		TEST(another_tag_than_the_expected_is_refused),
		TEST(entering_a_value_bounds_what_is_read_inside),
		TEST(numbers_are_read_and_written_without_their_sign_octet),
		TEST(leading_zeros_of_a_magnitude_are_not_written),
		TEST(small_numbers_are_written_in_their_shortest_form),
		TEST(numbers_that_are_negative_padded_or_empty_are_refused),
		TEST(truth_has_two_values),
		TEST(times_are_read_and_written_in_the_form_their_year_needs),
		TEST(every_day_of_four_centuries_is_read_as_it_is_written),
		TEST(a_time_in_the_longer_form_than_its_year_needs_is_read),
		TEST(times_that_no_calendar_has_are_refused),
		TEST(times_of_another_length_or_tag_are_refused),
		TEST(a_year_without_four_digits_cannot_be_written),
		TEST(a_bit_string_says_that_no_bits_are_unused),
		TEST(nested_values_that_outgrow_their_length_are_moved),
		TEST(nothing_is_written_where_no_room_is),
	};
	return RUN(tests);
}
