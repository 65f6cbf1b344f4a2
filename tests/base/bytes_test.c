#include "test.h"

#include "base/bytes.h"

static void a_slice_inside_is_a_view_of_the_same_octets(void **state)
{
	(void)state;
	struct bytes b = BYTES_TEXT("abcdef");
	CHECK(is_bytes_text(bytes_slice(b, 0, 6), "abcdef"));
	CHECK(is_bytes_text(bytes_slice(b, 2, 3), "cde"));
	CHECK(bytes_slice(b, 2, 3).p == b.p + 2);
	CHECK(bytes_slice(b, 6, 0).p == b.p + 6);
}

static void a_slice_that_reaches_outside_is_absent(void **state)
{
	(void)state;
	struct bytes b = BYTES_TEXT("abcdef");
	static const struct {
		size_t at, n;
	} outside[] = {
		{ 0, 7 }, { 6, 1 }, { 7, 0 }, { 1, SIZE_MAX }, { SIZE_MAX, 1 }, { SIZE_MAX, SIZE_MAX }
	};
	for (size_t i = 0; i < COUNT_OF(outside); i++) {
		struct bytes slice = bytes_slice(b, outside[i].at, outside[i].n);
		CHECK(slice.p == NULL && slice.n == 0);
	}
	CHECK(bytes_slice((struct bytes){ 0 }, 0, 0).p == NULL);
}

static void a_row_comes_apart_at_its_separators(void **state)
{
	(void)state;
	struct bytes rest = BYTES_TEXT("a,,b");
	CHECK(is_bytes_text(bytes_until(&rest, ','), "a") && is_bytes_text(rest, ",b"));
	CHECK(bytes_until(&rest, ',').n == 0 && is_bytes_text(rest, "b"));
	CHECK(is_bytes_text(bytes_until(&rest, ','), "b") && !rest.p);
	CHECK(bytes_until(&rest, ',').n == 0 && !rest.p);
	/* Behind a separator at the end there is something, though it has no octets. */
	rest = BYTES_TEXT("a,");
	CHECK(is_bytes_text(bytes_until(&rest, ','), "a") && rest.p && !rest.n);
}

static void text_is_viewed_without_its_nul(void **state)
{
	(void)state;
	CHECK(bytes_text("abc").n == 3);
	CHECK(bytes_text("").p != NULL);
	CHECK(bytes_text(NULL).p == NULL && bytes_text(NULL).n == 0);
	CHECK(BYTES_TEXT("a\0b").n == 3);
}

static void equality_needs_every_octet_and_the_length(void **state)
{
	(void)state;
	CHECK(is_bytes_equal(BYTES_TEXT("abc"), bytes_text("abc")));
	CHECK(!is_bytes_equal(BYTES_TEXT("abc"), BYTES_TEXT("abd")));
	CHECK(!is_bytes_equal(BYTES_TEXT("abc"), BYTES_TEXT("ab")));
	CHECK(!is_bytes_equal(BYTES_TEXT("abc"), BYTES_TEXT("abc\0")));
	CHECK(is_bytes_equal((struct bytes){ 0 }, BYTES_TEXT("")));
	CHECK(is_bytes_text(BYTES_TEXT("ab"), "ab") && !is_bytes_text(BYTES_TEXT("ab"), "abc"));
}

static void uniform_views_hold_one_value(void **state)
{
	(void)state;
	CHECK(is_bytes_uniform(BYTES_TEXT("\7\7\7"), 7));
	CHECK(is_bytes_uniform((struct bytes){ 0 }, 7));
	CHECK(!is_bytes_uniform(BYTES_TEXT("\7\7\6"), 7));
	CHECK(!is_bytes_uniform(BYTES_TEXT("\6\7\7"), 7));
}

static void a_copy_of_another_length_writes_nothing(void **state)
{
	(void)state;
	uint8_t out[3] = { 9, 9, 9 };
	CHECK(!bytes_copy(BYTES_TEXT("ab"), out, 3));
	CHECK(!bytes_copy(BYTES_TEXT("abcd"), out, 3));
	CHECK(!bytes_copy((struct bytes){ 0 }, out, 3));
	CHECK(is_bytes_uniform(BYTES_OF(out), 9));
	CHECK(bytes_copy(BYTES_TEXT("abc"), out, 3));
	CHECK(is_bytes_text(BYTES_OF(out), "abc"));
	CHECK(bytes_copy((struct bytes){ 0 }, out, 0));
}

static void order_is_by_length_then_by_octet(void **state)
{
	(void)state;
	static const struct bytes ascending[] = {
		{ NULL, 0 },        BYTES_TEXT("\x01"),   BYTES_TEXT("\xFF"),
		BYTES_TEXT("\0\0"), BYTES_TEXT("\0\x01"), BYTES_TEXT("\x80\0"),
	};
	for (size_t i = 0; i < COUNT_OF(ascending); i++)
		for (size_t j = 0; j < COUNT_OF(ascending); j++) {
			int order = bytes_compare(ascending[i], ascending[j]);
			CHECK((order > 0) - (order < 0) == (i > j) - (i < j));
		}
}

static void a_number_loses_its_leading_zeros_and_nothing_else(void **state)
{
	(void)state;
	CHECK(is_bytes_equal(bytes_magnitude(BYTES_TEXT("\0\0\1\0\2")), BYTES_TEXT("\1\0\2")));
	CHECK(is_bytes_equal(bytes_magnitude(BYTES_TEXT("\x80")), BYTES_TEXT("\x80")));
	CHECK(bytes_magnitude(BYTES_TEXT("\0\0")).n == 0);
	CHECK(bytes_magnitude((struct bytes){ 0 }).n == 0);
}

static void a_view_of_no_octets_becomes_absent_and_no_other(void **state)
{
	(void)state;
	CHECK(bytes_unless_empty(BYTES_TEXT("")).p == NULL);
	CHECK(bytes_unless_empty((struct bytes){ 0 }).p == NULL);
	CHECK(is_bytes_equal(bytes_unless_empty(BYTES_TEXT("\0")), BYTES_TEXT("\0")));
}

static void a_full_list_takes_no_more(void **state)
{
	(void)state;
	struct bytes_list list = { 0 };
	for (size_t i = 0; i < BYTES_LIST_MAX; i++)
		CHECK(bytes_list_put(&list, BYTES_TEXT("x")));
	CHECK(!bytes_list_put(&list, BYTES_TEXT("y")));
	CHECK(list.n == BYTES_LIST_MAX);
	CHECK(is_bytes_text(list.v[BYTES_LIST_MAX - 1], "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_slice_inside_is_a_view_of_the_same_octets),
		TEST(a_slice_that_reaches_outside_is_absent),
		TEST(a_row_comes_apart_at_its_separators),
		TEST(text_is_viewed_without_its_nul),
		TEST(equality_needs_every_octet_and_the_length),
		TEST(uniform_views_hold_one_value),
		TEST(a_copy_of_another_length_writes_nothing),
		TEST(order_is_by_length_then_by_octet),
		TEST(a_number_loses_its_leading_zeros_and_nothing_else),
		TEST(a_view_of_no_octets_becomes_absent_and_no_other),
		TEST(a_full_list_takes_no_more),
	};
	return RUN(tests);
}
