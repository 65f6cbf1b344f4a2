#include "cli/seen.h"

#include <stdio.h>

#include "test.h"

static void a_text_is_known_by_the_line_it_was_first_in(void **state)
{
	struct seen *s = seen_new();
	size_t line = 99;
	(void)state;
	OK(seen_put(s, "serial", BYTES_TEXT("A"), 2, &line));
	CHECK(line == 0);
	OK(seen_put(s, "serial", BYTES_TEXT("A"), 7, &line));
	CHECK(line == 2);
	OK(seen_put(s, "serial", BYTES_TEXT("A"), 9, &line));
	CHECK(line == 2);
	seen_free(s);
}

static void texts_of_two_kinds_are_two(void **state)
{
	struct seen *s = seen_new();
	size_t line;
	(void)state;
	OK(seen_put(s, "serial", BYTES_TEXT("A"), 2, &line));
	OK(seen_put(s, "ek", BYTES_TEXT("A"), 3, &line));
	CHECK(line == 0);
	seen_free(s);
}

static void many_are_all_remembered(void **state)
{
	enum { MANY = 20000 };
	struct seen *s = seen_new();
	char text[16];
	size_t line;
	(void)state;
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 1; i <= MANY; i++) {
			snprintf(text, sizeof(text), "SN-%zu", i);
			OK(seen_put(s, "serial", bytes_text(text), i, &line));
			CHECK(line == (pass ? i : 0));
		}
	seen_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_text_is_known_by_the_line_it_was_first_in),
		TEST(texts_of_two_kinds_are_two),
		TEST(many_are_all_remembered),
	};
	return RUN(tests);
}
