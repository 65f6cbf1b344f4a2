#include "wire/csvline.h"

#include <string.h>

#include "test.h"

#define ARENA_SIZE 65536

static int start(void **state)
{
	static struct arena arena;
	arena_init(&arena, ARENA_SIZE);
	*state = &arena;
	return 0;
}

static int end(void **state)
{
	arena_done(*state);
	return 0;
}

static fault parse(struct arena *a, const char *line, struct bytes_list *ret)
{
	const char *detail = NULL;
	arena_reset(a);
	fault why = csvline_parse(bytes_text(line), a, ret, &detail);
	CHECK((why == NULL) == (detail == NULL));
	return why;
}

static void fields_are_what_stands_between_commas(void **state)
{
	struct bytes_list list;
	OK(parse(*state, "a,b c,,1", &list));
	CHECK(list.n == 4 && is_bytes_text(list.v[1], "b c") && list.v[2].n == 0 &&
	      is_bytes_text(list.v[3], "1"));
	OK(parse(*state, "", &list));
	CHECK(list.n == 1 && list.v[0].n == 0);
	OK(parse(*state, ",", &list));
	CHECK(list.n == 2);
}

static void a_carriage_return_at_the_end_is_the_lines(void **state)
{
	struct bytes_list list;
	OK(parse(*state, "a,b\r", &list));
	CHECK(list.n == 2 && is_bytes_text(list.v[1], "b"));
	REFUSES(ROW_MALFORMED, parse(*state, "a\r,b", &list));
	REFUSES(ROW_MALFORMED, parse(*state, "a,b\r\r", &list));
}

static void quoted_fields_hold_commas_and_doubled_marks(void **state)
{
	struct bytes_list list;
	OK(parse(*state, "\"a,b\",\"say \"\"hi\"\"\",\"\",c\r", &list));
	CHECK(list.n == 4 && is_bytes_text(list.v[0], "a,b") && is_bytes_text(list.v[1], "say \"hi\""));
	CHECK(list.v[2].n == 0 && is_bytes_text(list.v[3], "c"));
	OK(parse(*state, "a,\"b\"", &list));
	CHECK(list.n == 2 && is_bytes_text(list.v[1], "b"));
}

static void marks_that_are_not_in_pairs_are_refused(void **state)
{
	static const char *const wrong[] = { "\"",   "\"a",    "\"a\"\"", "\"a\"b", "\"a\" ,b",
					     "a\"b", "a\"b\"", "a,\"",    " \"a\"" };
	struct bytes_list list;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		REFUSES(ROW_MALFORMED, parse(*state, wrong[i], &list));
}

static void every_truncation_of_a_quoted_field_is_refused(void **state)
{
	static const char line[] = "\"a,b c\"";
	for (size_t n = 1; n < sizeof(line) - 1; n++) {
		struct bytes_list list;
		const char *detail;
		arena_reset(*state);
		fault why = csvline_parse(bytes_of(line, n), *state, &list, &detail);
		CHECK(why == FAIL(ROW_MALFORMED));
	}
}

static void more_fields_than_a_list_has_are_refused(void **state)
{
	char line[BYTES_LIST_MAX + 1];
	struct bytes_list list;
	memset(line, ',', sizeof(line));
	line[BYTES_LIST_MAX - 1] = 0;
	OK(parse(*state, line, &list));
	CHECK(list.n == BYTES_LIST_MAX);
	line[BYTES_LIST_MAX - 1] = ',';
	line[BYTES_LIST_MAX] = 0;
	REFUSES(ROW_MALFORMED, parse(*state, line, &list));
}

static void control_characters_are_refused(void **state)
{
	struct bytes_list list;
	REFUSES(ROW_MALFORMED, parse(*state, "a\x1B[2J,b", &list));
	REFUSES(ROW_MALFORMED, parse(*state, "\"a\nb\"", &list));
}

static void what_was_written_is_read_back(void **state)
{
	static const char *const texts[] = { "",     "a",        "a,b", "\"",  "\"\"",  "=1+1",  "'=1+1",
					     "''-x", "'a",       "'",   "+",   "-5",    "@x",    "a\"b,c",
					     " x ",  "\xC3\xBC", "=\"", "'\"", "'=\"'", "\t tab" };
	struct bytes fields[COUNT_OF(texts)];
	uint8_t line[1024];
	struct bytes_list list;
	const char *detail;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		fields[i] = bytes_text(texts[i]);
	struct wr w = wr_of(line, sizeof(line));
	csvline_write(fields, COUNT_OF(fields), &w);
	CHECK(!w.bad && w.at <= csvline_size(fields, COUNT_OF(fields)));
	CHECK(w.at > 2 && line[w.at - 1] == '\n' && line[w.at - 2] == '\r');
	OK(csvline_parse(bytes_of(line, w.at - 1), *state, &list, &detail));
	CHECK(list.n == COUNT_OF(texts));
	for (size_t i = 0; i < list.n; i++)
		CHECK(is_bytes_equal(list.v[i], fields[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fields_are_what_stands_between_commas),
		TEST(a_carriage_return_at_the_end_is_the_lines),
		TEST(quoted_fields_hold_commas_and_doubled_marks),
		TEST(marks_that_are_not_in_pairs_are_refused),
		TEST(every_truncation_of_a_quoted_field_is_refused),
		TEST(more_fields_than_a_list_has_are_refused),
		TEST(control_characters_are_refused),
		TEST(what_was_written_is_read_back),
	};
	return cmocka_run_group_tests(tests, start, end);
}
