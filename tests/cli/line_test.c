#include "cli/line.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/screen.h"

#define WORDS_MAX 16

/* A command line, its reading, and what it is told. */
struct scene {
	struct arena arena;
	struct complaint complaint;
	struct line line;
};

static int set_up(void **state)
{
	static struct scene scene;
	scene = (struct scene){ 0 };
	arena_init(&scene.arena, 65536);
	*state = &scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	arena_done(&s->arena);
	return 0;
}

/* Words with one blank between them. */
static fault parse(struct scene *s, const char *text)
{
	char *words[WORDS_MAX];
	size_t n = 0;
	for (const char *at = text; at[0];) {
		size_t length = strcspn(at, " ");
		words[n++] = arena_text(&s->arena, bytes_of(at, length));
		at += length + (at[length] == ' ');
	}
	return line_parse(n, words, &s->arena, &s->complaint, &s->line);
}

#define SAYS(text) CHECK(strstr(s->complaint.detail, text) != NULL)

static void options_may_stand_anywhere(void **state)
{
	static const char *const lines[] = {
		"registration add --serial A1 --name=pc",
		"--serial A1 registration --name pc add",
		"--name=pc --serial=A1 registration add",
	};
	struct scene *s = *state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		OK(parse(s, lines[i]));
		CHECK(s->line.command == command_find("registration", "add") && s->line.count == 0);
		assert_string_equal(s->line.values[OPTION_SERIAL], "A1");
		assert_string_equal(s->line.values[OPTION_NAME], "pc");
		CHECK(!s->line.values[OPTION_EK_HASH] && !s->line.values[OPTION_JSON]);
	}
}

static void after_two_dashes_nothing_is_an_option(void **state)
{
	struct scene *s = *state;
	OK(parse(s, "profile add --json -- --json"));
	CHECK(s->line.count == 1);
	assert_string_equal(s->line.arguments[0], "--json");
	assert_string_equal(s->line.values[OPTION_JSON], "");
}

static void a_noun_alone_can_be_a_command(void **state)
{
	struct scene *s = *state;
	OK(parse(s, "report --format csv"));
	CHECK(s->line.command == command_find("report", NULL));
	OK(parse(s, "report list --format csv"));
	CHECK(s->line.command == command_find("report", "list"));
	REFUSES(USAGE, parse(s, "report nothing"));
}

static void several_arguments_go_where_the_table_says_so(void **state)
{
	struct scene *s = *state;
	OK(parse(s, "roots import a b c --maker IFX --class discrete"));
	CHECK(s->line.count == 3);
	assert_string_equal(s->line.arguments[2], "c");
	REFUSES(USAGE, parse(s, "roots import --maker IFX --class discrete"));
	REFUSES(USAGE, parse(s, "device show a b"));
	REFUSES(USAGE, parse(s, "device show"));
}

static void text_may_begin_with_a_dash_where_text_is_expected(void **state)
{
	struct scene *s = *state;
	OK(parse(s, "explain -NoValidEkCert: -2146762495 --json"));
	CHECK(s->line.count == 2 && s->line.values[OPTION_JSON]);
	assert_string_equal(s->line.arguments[1], "-2146762495");
	REFUSES(USAGE, parse(s, "explain text --NoValidEkCert"));
	REFUSES(USAGE, parse(s, "device show -x"));
	REFUSES(USAGE, parse(s, "-x explain"));
}

static void an_argument_in_brackets_may_be_left_out(void **state)
{
	struct scene *s = *state;
	for (size_t n = 0; n <= 1; n++) {
		OK(parse(s, n ? "roots pending a" : "roots pending"));
		CHECK(s->line.count == n);
	}
	REFUSES(USAGE, parse(s, "roots pending a b"));
}

static void what_is_not_in_the_tables_is_refused_by_name(void **state)
{
	static const struct {
		const char *line, *says;
	} rows[] = {
		{ "", "No command" },
		{ "frob list", "frob: there is no such command" },
		{ "device", "list, show" },
		{ "device frob", "list, show" },
		{ "device list --frob", "--frob: there is no such option" },
		{ "device list -j", "-j: there is no such option" },
		{ "device list --token assay-a-b", "--token: there is no such option" },
		{ "device list --serial A1", "no --serial" },
		{ "device list extra", "takes none" },
		{ "device list --json --json", "--json is given twice" },
		{ "device list --json=yes", "--json takes no value" },
		{ "device list --format", "--format needs a value: text|json|csv" },
		{ "device list --format xml", "--format needs a value: text|json|csv" },
		{ "device list --format js", "--format needs a value" },
		{ "device list --format=", "--format needs a value" },
		{ "device list --server --json", "--server needs a value: URL" },
		{ "registration add --name pc", "needs one of: --ek-hash, --serial" },
		{ "token add --uses 2", "needs --profile" },
	};
	struct scene *s = *state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		REFUSES(USAGE, parse(s, rows[i].line));
		SAYS(rows[i].says);
		CHECK(complaint_exit(&s->complaint) == COMPLAINT_EXIT_USAGE);
	}
}

static void an_option_that_may_be_repeated_keeps_its_values_in_order(void **state)
{
	struct scene *s = *state;
	OK(parse(s, "inspect ek-cert --roots a file --roots=b"));
	assert_string_equal(s->line.many[0], "a");
	assert_string_equal(s->line.many[1], "b");
	CHECK(!s->line.many[2]);
	CHECK(s->line.count == 1 && strcmp(s->line.arguments[0], "file") == 0);
	OK(parse(s, "inspect ek-cert file"));
	CHECK(!s->line.many[0]);
}

static void help_is_given_for_half_a_command(void **state)
{
	static const char *const lines[] = { "--help", "device --help", "--help token add",
					     "roots import --help" };
	struct scene *s = *state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		OK(parse(s, lines[i]));
		CHECK(s->line.values[OPTION_HELP]);
	}
	REFUSES(USAGE, parse(s, "frob --help"));
}

/* Every line of a text fits a narrow terminal, except a usage line, which nobody reads in columns. */
static void check_width(char *text)
{
	for (char *line = text; line[0];) {
		size_t n = strcspn(line, "\n");
		if (strncmp(line, "usage: ", 7) != 0 && screen_measure(bytes_of(line, n)) > 80)
			fail_msg("wider than 80 columns: %.*s", (int)n, line);
		line += n + (line[n] == '\n');
	}
}

static void help_names_every_command_and_its_options(void **state)
{
	struct scene *s = *state;
	for (size_t i = 0; i < commands_count; i++) {
		const struct command *c = &commands[i];
		char *text = NULL;
		size_t n = 0;
		FILE *out = open_memstream(&text, &n);
		s->line = (struct line){ .command = c };
		help_write(&s->line, out);
		fclose(out);
		CHECK(strstr(text, c->sentence) && strstr(text, c->noun));
		for (unsigned o = 0; o < OPTION_COUNT; o++) {
			char name[64];
			bool is_its_own =
				((c->must | c->one_of | c->may | OPTION_BITS_OF_ALL) & OPTION_BIT_AT(o)) != 0;
			snprintf(name, sizeof(name), "\n  --%s", options[o].name);
			if (is_its_own)
				CHECK(strstr(text, name) != NULL);
		}
		check_width(text);
		free(text);
	}
}

static void the_programs_help_fits_a_narrow_terminal(void **state)
{
	struct scene *s = *state;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	s->line = (struct line){ 0 };
	help_write(&s->line, out);
	fclose(out);
	for (size_t i = 0; i < commands_count; i++)
		CHECK(strstr(text, commands[i].sentence) != NULL);
	check_width(text);
	free(text);
}

#define LINE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE_TEST(options_may_stand_anywhere),
		LINE_TEST(after_two_dashes_nothing_is_an_option),
		LINE_TEST(a_noun_alone_can_be_a_command),
		LINE_TEST(several_arguments_go_where_the_table_says_so),
		LINE_TEST(text_may_begin_with_a_dash_where_text_is_expected),
		LINE_TEST(an_argument_in_brackets_may_be_left_out),
		LINE_TEST(what_is_not_in_the_tables_is_refused_by_name),
		LINE_TEST(an_option_that_may_be_repeated_keeps_its_values_in_order),
		LINE_TEST(help_is_given_for_half_a_command),
		LINE_TEST(help_names_every_command_and_its_options),
		LINE_TEST(the_programs_help_fits_a_narrow_terminal),
	};
	return RUN(tests);
}
