#include "cli/csv.h"
#include "test.h"

#include <stdlib.h>

/* The line of CSV that three fields make; the caller frees it. */
static char *line_of(const char *a, const char *b, const char *c)
{
	const struct bytes fields[] = { bytes_text(a), bytes_text(b), bytes_text(c) };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	csv_write(fields, COUNT_OF(fields), out);
	fclose(out);
	return text;
}

#define GIVES(expected, a, b, c)                        \
	do {                                            \
		char *text_ = line_of(a, b, c);         \
		assert_string_equal(text_, expected);   \
		free(text_);                            \
	} while (0)

static void fields_are_separated_by_commas_and_lines_end_as_the_standard_says(void **state)
{
	(void)state;
	GIVES("a,b c,1\r\n", "a", "b c", "1");
	GIVES(",,\r\n", "", "", "");
}

static void fields_that_would_be_misread_are_quoted(void **state)
{
	(void)state;
	GIVES("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n", "a,b", "say \"hi\"", "two\nlines");
}

static void nothing_begins_as_a_formula_does(void **state)
{
	(void)state;
	GIVES("'=1+1,'+1,'-1\r\n", "=1+1", "+1", "-1");
	GIVES("'@SUM(A1),\"'=HYPERLINK(\"\"x\"\",1)\",1-1\r\n", "@SUM(A1)", "=HYPERLINK(\"x\",1)", "1-1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fields_are_separated_by_commas_and_lines_end_as_the_standard_says),
		TEST(fields_that_would_be_misread_are_quoted),
		TEST(nothing_begins_as_a_formula_does),
	};
	return RUN(tests);
}
