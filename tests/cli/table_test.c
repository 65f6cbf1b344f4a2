#include "cli/table.h"
#include "test.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 4

static const struct column columns[] = {
	{ .title = "ID" },
	{ .title = "NAME", .is_elastic = true },
	{ .title = "STATE", .is_painted = true },
	{ .title = "REASON", .is_elastic = true },
};

/* Rows of text as a table on a screen of that kind; the caller frees it. */
static char *draw(struct screen screen, size_t n, const char *const rows[][COUNT_OF(columns)])
{
	struct table t;
	struct bytes cells[ROWS_MAX][COUNT_OF(columns)];
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	table_init(&t, columns, COUNT_OF(columns), &screen);
	for (size_t r = 0; r < n; r++) {
		for (size_t i = 0; i < COUNT_OF(columns); i++)
			cells[r][i] = bytes_text(rows[r][i]);
		table_put(&t, cells[r]);
	}
	table_write_head(&t, out);
	for (size_t r = 0; r < n; r++)
		table_write_row(&t, cells[r], out);
	fclose(out);
	return text;
}

static size_t width_of(const char *text)
{
	size_t widest = 0;
	for (const char *line = text; line[0];) {
		size_t n = strcspn(line, "\n"), width = screen_measure(bytes_of(line, n));
		widest = width > widest ? width : widest;
		line += n + (line[n] == '\n');
	}
	return widest;
}

static const char *const sample[][COUNT_OF(columns)] = {
	{ "1", "laptop-01", "attested", "" },
	{ "22", "vm", "refused", "The EK certificate does not lead to a TPM maker." },
};

static void columns_are_as_wide_as_their_widest_cell(void **state)
{
	char *text = draw((struct screen){ 0 }, COUNT_OF(sample), sample);
	(void)state;
	assert_string_equal(text,
			    "ID  NAME       STATE     REASON\n"
			    "1   laptop-01  attested  -\n"
			    "22  vm         refused   The EK certificate does not lead to a TPM maker.\n");
	free(text);
}

static void a_narrow_screen_shortens_the_elastic_columns(void **state)
{
	char *text = draw((struct screen){ .is_terminal = true, .width = 40 }, COUNT_OF(sample), sample);
	(void)state;
	assert_string_equal(text, "ID  NAME       STATE     REASON\n"
				  "1   laptop-01  attested  -\n"
				  "22  vm         refused   The EK certifi…\n");
	free(text);
}

static void no_line_is_ever_wider_than_the_screen(void **state)
{
	(void)state;
	for (size_t width = 12; width <= 80; width++) {
		char *text = draw((struct screen){ .is_terminal = true, .width = width }, COUNT_OF(sample),
				  sample);
		CHECK(width_of(text) <= width);
		free(text);
	}
}

static void a_row_that_comes_later_is_cut_on_a_screen_and_whole_elsewhere(void **state)
{
	static const char *const late[COUNT_OF(columns)] = { "333333", "n", "s", "r" };
	struct bytes cells[COUNT_OF(columns)];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(columns); i++)
		cells[i] = bytes_text(late[i]);
	for (size_t width = 0; width <= 80; width += 80) {
		struct screen screen = { .width = width };
		struct table t;
		char *text = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);
		table_init(&t, columns, COUNT_OF(columns), &screen);
		table_write_head(&t, out);
		table_write_row(&t, cells, out);
		fclose(out);
		CHECK((strstr(text, "333333") != NULL) == (width == 0));
		CHECK((strstr(text, "3…") != NULL) == (width > 0));
		free(text);
	}
}

static void the_last_column_has_what_is_left_for_rows_that_come_later(void **state)
{
	static const char reason[] = "No registration names this device.";
	struct screen screen = { .is_terminal = true, .width = 80 };
	struct bytes cells[] = { bytes_text("1"), bytes_text("vm"), bytes_text("none"), bytes_text(reason) };
	struct table t;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	(void)state;
	table_init(&t, columns, COUNT_OF(columns), &screen);
	table_write_head(&t, out);
	table_write_row(&t, cells, out);
	fclose(out);
	CHECK(strstr(text, reason) != NULL);
	free(text);
}

static void wide_and_combining_characters_keep_the_columns(void **state)
{
	static const char *const rows[][COUNT_OF(columns)] = {
		{ "1", "東京", "ok", "a" },
		{ "2", "Mu\xCC\x88ller", "ok", "b" },
	};
	char *text = draw((struct screen){ 0 }, COUNT_OF(rows), rows);
	(void)state;
	assert_string_equal(text, "ID  NAME    STATE  REASON\n"
				  "1   東京    ok     a\n"
				  "2   Mu\xCC\x88ller  ok     b\n");
	free(text);
}

static void a_cut_falls_between_characters(void **state)
{
	(void)state;
	CHECK(is_bytes_text(screen_cut(bytes_text("東京都"), 5), "東京"));
	CHECK(is_bytes_text(screen_cut(bytes_text("naïve"), 3), "naï"));
	CHECK(screen_cut(bytes_text("東京"), 1).n == 0);
}

static void only_a_screen_with_colours_is_sent_any(void **state)
{
	char *plain = draw((struct screen){ .width = 80 }, COUNT_OF(sample), sample);
	char *painted = draw((struct screen){ .width = 80, .has_colour = true }, COUNT_OF(sample), sample);
	(void)state;
	CHECK(!strchr(plain, '\033'));
	CHECK(strstr(painted, "\033[32mattested") && strstr(painted, "\033[31mrefused"));
	CHECK(!strstr(painted, "\033[31mvm"));
	free(plain);
	free(painted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(columns_are_as_wide_as_their_widest_cell),
		TEST(a_narrow_screen_shortens_the_elastic_columns),
		TEST(no_line_is_ever_wider_than_the_screen),
		TEST(a_row_that_comes_later_is_cut_on_a_screen_and_whole_elsewhere),
		TEST(the_last_column_has_what_is_left_for_rows_that_come_later),
		TEST(wide_and_combining_characters_keep_the_columns),
		TEST(a_cut_falls_between_characters),
		TEST(only_a_screen_with_colours_is_sent_any),
	};
	setlocale(LC_CTYPE, "C.UTF-8");
	return RUN(tests);
}
