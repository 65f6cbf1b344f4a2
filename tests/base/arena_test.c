#include "test.h"

#include <string.h>

#include "base/arena.h"

#define SIZE 256

static void memory_is_zeroed_even_when_it_was_used_before(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE);
	memset(arena_alloc(&a, 100), 0xAA, 100);
	arena_reset(&a);
	CHECK(is_bytes_uniform(bytes_of(arena_alloc(&a, 100), 100), 0));
	arena_done(&a);
}

static void what_an_arena_held_is_wiped_at_the_reset(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE);
	memset(arena_alloc(&a, SIZE), 0xAA, SIZE);
	arena_reset(&a);
	CHECK(is_bytes_uniform(bytes_of(a.p, a.n), 0));
	arena_done(&a);
}

static void an_arena_may_be_given_back_twice(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE);
	arena_done(&a);
	arena_done(&a);
	CHECK(a.p == NULL && arena_alloc(&a, 1) == NULL);
}

static void memory_is_aligned_for_any_type(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE);
	for (size_t n = 0; n < 8; n++)
		CHECK((uintptr_t)arena_alloc(&a, n) % _Alignof(max_align_t) == 0);
	arena_done(&a);
}

static void the_whole_arena_can_be_used_and_no_octet_more(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE);
	CHECK(arena_alloc(&a, SIZE) != NULL);
	CHECK(!is_arena_full(&a));
	CHECK(arena_alloc(&a, 1) == NULL);
	CHECK(is_arena_full(&a));
	arena_done(&a);
}

static void an_overflow_is_remembered_until_the_reset(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE);
	CHECK(arena_alloc(&a, SIZE + 1) == NULL);
	CHECK(is_arena_full(&a));
	CHECK(arena_alloc(&a, 1) == NULL);
	CHECK(arena_text(&a, BYTES_TEXT("x")) == NULL);
	CHECK(arena_format(&a, "%d", 1) == NULL);
	CHECK(arena_copy(&a, BYTES_TEXT("x")).p == NULL);
	arena_reset(&a);
	CHECK(!is_arena_full(&a));
	CHECK(arena_alloc(&a, 1) != NULL);
	arena_done(&a);
}

static void a_size_near_the_largest_number_does_not_wrap(void **state)
{
	(void)state;
	struct arena a;
	for (size_t less = 0; less < 20; less++) {
		arena_init(&a, SIZE);
		CHECK(arena_alloc(&a, SIZE_MAX - less) == NULL);
		CHECK(is_arena_full(&a));
		arena_done(&a);
	}
}

static void a_copy_does_not_follow_its_source(void **state)
{
	(void)state;
	struct arena a;
	uint8_t source[] = { 1, 2, 3 };
	arena_init(&a, SIZE);
	struct bytes copy = arena_copy(&a, BYTES_OF(source));
	source[0] = 9;
	CHECK(is_bytes_equal(copy, BYTES_TEXT("\1\2\3")));
	arena_done(&a);
}

static void absent_and_empty_views_stay_what_they_are(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE);
	CHECK(arena_copy(&a, (struct bytes){ 0 }).p == NULL);
	struct bytes empty = arena_copy(&a, BYTES_TEXT(""));
	CHECK(empty.p != NULL && empty.n == 0);
	CHECK(!is_arena_full(&a));
	arena_done(&a);
}

static void text_ends_with_nul(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE);
	memset(arena_alloc(&a, SIZE), 'x', SIZE);
	arena_reset(&a);
	assert_string_equal(arena_text(&a, bytes_of("abcdef", 3)), "abc");
	assert_string_equal(arena_text(&a, (struct bytes){ 0 }), "");
	assert_string_equal(arena_format(&a, "%s-%d", "n", 5), "n-5");
	arena_done(&a);
}

static void text_with_a_nul_inside_is_refused_without_filling_the_arena(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE);
	CHECK(arena_text(&a, bytes_of("a\0b", 3)) == NULL);
	CHECK(!is_arena_full(&a));
	arena_done(&a);
}

static void formatted_text_that_does_not_fit_is_not_cut(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, SIZE);
	CHECK(arena_format(&a, "%*s", SIZE, "x") == NULL);
	CHECK(is_arena_full(&a));
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(memory_is_zeroed_even_when_it_was_used_before),
		TEST(what_an_arena_held_is_wiped_at_the_reset),
		TEST(an_arena_may_be_given_back_twice),
		TEST(memory_is_aligned_for_any_type),
		TEST(the_whole_arena_can_be_used_and_no_octet_more),
		TEST(an_overflow_is_remembered_until_the_reset),
		TEST(a_size_near_the_largest_number_does_not_wrap),
		TEST(a_copy_does_not_follow_its_source),
		TEST(absent_and_empty_views_stay_what_they_are),
		TEST(text_ends_with_nul),
		TEST(text_with_a_nul_inside_is_refused_without_filling_the_arena),
		TEST(formatted_text_that_does_not_fit_is_not_cut),
	};
	return RUN(tests);
}
