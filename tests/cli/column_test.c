#include "cli/column.h"
#include "test.h"

#include <string.h>

/* The text of member "m" of a record in JSON. */
static bool is_text(const char *document, struct column c, const char *expected)
{
	struct arena a;
	json_auto_t *record = json_loads(document, 0, NULL);
	arena_init(&a, 4096);
	c.member = "m";
	bool is_equal = is_bytes_text(column_get(&c, record, &a), expected);
	arena_done(&a);
	return is_equal;
}

static const struct column plain = { 0 };

static void every_kind_of_value_has_a_text(void **state)
{
	(void)state;
	CHECK(is_text("{\"m\":\"laptop\"}", plain, "laptop"));
	CHECK(is_text("{\"m\":-12}", plain, "-12"));
	CHECK(is_text("{\"m\":true}", plain, "yes"));
	CHECK(is_text("{\"m\":false}", plain, "no"));
	CHECK(is_text("{\"m\":[\"a\",\"b\"]}", plain, "a, b"));
	CHECK(is_text("{\"m\":[]}", plain, ""));
}

static void what_is_absent_or_of_no_known_kind_is_empty(void **state)
{
	(void)state;
	CHECK(is_text("{}", plain, ""));
	CHECK(is_text("{\"m\":null}", plain, ""));
	CHECK(is_text("{\"m\":{\"n\":1}}", plain, ""));
	CHECK(is_text("[1]", plain, ""));
}

static void text_that_acts_on_a_terminal_is_not_shown(void **state)
{
	(void)state;
	CHECK(is_text("{\"m\":\"a\\u001b[31mred\"}", plain, "(not printable)"));
	CHECK(is_text("{\"m\":\"a\\nb\"}", plain, "(not printable)"));
	CHECK(is_text("{\"m\":\"\\u202egpj.exe\"}", plain, "(not printable)"));
	CHECK(is_text("{\"m\":[\"a\",\"\\u0007\"]}", plain, "(not printable)"));
	CHECK(is_text("{\"m\":\"M\\u00fcller\"}", plain, "M\xC3\xBCller"));
}

static void a_moment_is_shown_to_the_minute(void **state)
{
	const struct column minute = { .text = column_minute };
	(void)state;
	CHECK(is_text("{\"m\":\"2025-01-31T23:59:58Z\"}", minute, "2025-01-31 23:59"));
	CHECK(is_text("{\"m\":null}", minute, ""));
	CHECK(is_text("{\"m\":\"soon\"}", minute, "soon"));
	CHECK(is_text("{\"m\":\"2025-01-31 23:59:58Z\"}", minute, "2025-01-31 23:59:58Z"));
}

static void assurance_is_the_best_of_the_policies(void **state)
{
	const struct column best = { .text = column_assurance }, all = { .text = column_policies };
	(void)state;
	CHECK(is_text("{\"m\":[\"1.3.6.1.4.1.311.21.31\",\"1.3.6.1.4.1.311.21.30\"]}", best, "high"));
	CHECK(is_text("{\"m\":[\"1.3.6.1.4.1.311.21.31\"]}", best, "medium"));
	CHECK(is_text("{\"m\":[\"1.3.6.1.4.1.311.21.32\"]}", best, "low"));
	CHECK(is_text("{\"m\":[\"1.2.3\",4]}", best, "none"));
	CHECK(is_text("{\"m\":null}", best, "none"));
	CHECK(is_text("{\"m\":[\"1.3.6.1.4.1.311.21.31\",\"1.3.6.1.4.1.311.21.30\"]}", all,
		      "high (1.3.6.1.4.1.311.21.30), medium (1.3.6.1.4.1.311.21.31)"));
	CHECK(is_text("{\"m\":[]}", all, "none"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_kind_of_value_has_a_text),
		TEST(what_is_absent_or_of_no_known_kind_is_empty),
		TEST(text_that_acts_on_a_terminal_is_not_shown),
		TEST(a_moment_is_shown_to_the_minute),
		TEST(assurance_is_the_best_of_the_policies),
	};
	return RUN(tests);
}
