#include "base/config.h"

#include <string.h>

#include "test.h"

struct values {
	char name[9];
	char file[33];
	uint64_t port;
	bool loud;
	struct config_address listen, peer;
	uint64_t mood, colour;
};

static const struct config_row rows[] = {
	{ "name", CONFIG_TEXT, offsetof(struct values, name), 0, 8, "", "What it is called.", NULL },
	{ "file", CONFIG_PATH, offsetof(struct values, file), 0, 32, "/etc/x", "Where it is.", NULL },
	{ "net.port", CONFIG_UINT, offsetof(struct values, port), 1, 65535, "443", "Where it listens.",
	  NULL },
	{ "net.loud", CONFIG_BOOL, offsetof(struct values, loud), 0, 0, "true", "Whether it talks.", NULL },
	{ "net.listen", CONFIG_ADDRESS, offsetof(struct values, listen), 1, 64, "127.0.0.1:80",
	  "An address.", NULL },
	{ "far.peer", CONFIG_ADDRESS, offsetof(struct values, peer), 0, 64, "", "Another address.", NULL },
	{ "far.mood", CONFIG_WORD, offsetof(struct values, mood), 0, 0, "", "Or none.", "good|bad" },
	{ "far.colour", CONFIG_WORD, offsetof(struct values, colour), 1, 0, "red", "A colour.", "green|red" },
};

static struct values values;
static struct config_error why;

static fault parse(const char *text)
{
	memset(&why, 0, sizeof(why));
	return config_parse(rows, COUNT_OF(rows), bytes_text(text), &values, &why);
}

#define SAYS(words) CHECK(strstr(why.sentence, words) != NULL)

static void an_empty_file_gives_the_defaults(void **state)
{
	(void)state;
	OK(parse(""));
	assert_string_equal(values.name, "");
	assert_string_equal(values.file, "/etc/x");
	CHECK(values.port == 443 && values.loud);
	assert_string_equal(values.listen.host, "127.0.0.1");
	CHECK(values.listen.port == 80 && values.peer.host[0] == 0);
}

static void values_are_read_under_their_sections(void **state)
{
	(void)state;
	OK(parse(
		"# a comment\n\n  name\t=  a b \n; another\n[ net ]\nport=1\nloud = false\nlisten = [::1]:0\n"
		"[far]\npeer = x-1.example:65535"));
	assert_string_equal(values.name, "a b");
	CHECK(values.port == 1 && !values.loud && values.listen.port == 0 && values.peer.port == 65535);
	assert_string_equal(values.listen.host, "::1");
	assert_string_equal(values.peer.host, "x-1.example");
}

static void the_file_of_defaults_reads_back_as_the_defaults(void **state)
{
	(void)state;
	uint8_t text[2048];
	struct wr w = wr_of(text, sizeof(text));
	struct values defaults = { 0 };
	OK(config_init(rows, COUNT_OF(rows), &defaults));
	config_write(rows, COUNT_OF(rows), &defaults, &w);
	memset(&values, 0, sizeof(values));
	OK(config_parse(rows, COUNT_OF(rows), wr_done(&w), &values, &why));
	assert_memory_equal(&values, &defaults, sizeof(values));
	CHECK(wr_done(&w).n > 0);
}

static void an_unknown_key_is_refused_with_its_line_and_the_nearest_one(void **state)
{
	(void)state;
	REFUSES(CONFIG_INVALID, parse("name = a\n[net]\nprot = 1\n"));
	CHECK(why.line == 3);
	assert_string_equal(why.sentence, "line 3: there is no key prot here; net.port may be meant");
	REFUSES(CONFIG_INVALID, parse("port = 1\n"));
	SAYS("net.port may be meant");
	REFUSES(CONFIG_INVALID, parse("entirely-other = 1\n"));
	assert_string_equal(why.sentence, "line 1: there is no key entirely-other here");
}

static void a_key_with_its_section_written_out_is_unknown(void **state)
{
	(void)state;
	REFUSES(CONFIG_INVALID, parse("net.port = 1\n"));
}

static void a_key_given_twice_is_refused(void **state)
{
	(void)state;
	REFUSES(CONFIG_INVALID, parse("name = a\nname = a\n"));
	SAYS("line 2: name is given a second time");
}

static void a_word_is_one_of_its_rows_or_nothing_where_that_may_be(void **state)
{
	(void)state;
	OK(parse("[far]\nmood = bad\ncolour = green\n"));
	CHECK(values.mood == 2 && values.colour == 1);
	OK(parse("[far]\nmood =\n"));
	CHECK(values.mood == 0 && values.colour == 2);
	static const char *const others[] = { "[far]\ncolour =\n", "[far]\nmood = ba\n",
					      "[far]\nmood = bad|\n", "[far]\nmood = good|bad\n",
					      "[far]\nmood = BAD\n" };
	for (size_t i = 0; i < COUNT_OF(others); i++)
		REFUSES(CONFIG_INVALID, parse(others[i]));
	CHECK(why.line == 2);
	SAYS("far.mood must be good|bad");
}

static void an_unknown_section_is_refused(void **state)
{
	(void)state;
	REFUSES(CONFIG_INVALID, parse("[nett]\n"));
	REFUSES(CONFIG_INVALID, parse("[net\n"));
	REFUSES(CONFIG_INVALID, parse("[]\n"));
	REFUSES(CONFIG_INVALID, parse("["));
	SAYS("line 1: there is no section");
}

static void a_line_without_a_pair_is_refused(void **state)
{
	(void)state;
	REFUSES(CONFIG_INVALID, parse("name\n"));
	REFUSES(CONFIG_INVALID, parse("= a\n"));
	REFUSES(CONFIG_INVALID, parse("\x01 = a\n"));
}

static void values_outside_their_bounds_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"name = 123456789",        "name = a\tb",           "name = \xff",
		"name = a\r",              "file = etc/x",          "[net]\nport = 0",
		"[net]\nport = 65536",     "[net]\nport = 1 # one", "[net]\nport = -1",
		"[net]\nport =",           "[net]\nloud = yes",     "[net]\nlisten =",
		"[net]\nlisten = a",       "[net]\nlisten = a:",    "[net]\nlisten = :80",
		"[net]\nlisten = a:65536", "[net]\nlisten = ::1:80", "[net]\nlisten = [::1]",
		"[net]\nlisten = [::1]80", "[net]\nlisten = a b:80", "[net]\nlisten = [::1:80",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		if (parse(bad[i]) != FAIL(CONFIG_INVALID))
			fail_msg("accepted: %s", bad[i]);
		SAYS(" must be ");
	}
	REFUSES(CONFIG_INVALID, parse("[net]\nport = 0"));
	assert_string_equal(why.sentence, "line 2: net.port must be a number, 1 to 65535");
}

static void a_line_of_the_longest_length_is_read_and_one_octet_more_is_refused(void **state)
{
	(void)state;
	char line[CONFIG_LINE_MAX + 2];
	memset(line, ' ', sizeof(line));
	line[CONFIG_LINE_MAX] = 0;
	OK(parse(line));
	line[CONFIG_LINE_MAX] = ' ';
	line[CONFIG_LINE_MAX + 1] = 0;
	REFUSES(CONFIG_INVALID, parse(line));
	SAYS("longer than 1024");
}

static void a_nul_in_the_file_is_refused(void **state)
{
	(void)state;
	REFUSES(CONFIG_INVALID,
		config_parse(rows, COUNT_OF(rows), BYTES_TEXT("name = a\0b\n"), &values, &why));
}

static void a_default_that_its_row_refuses_is_our_mistake(void **state)
{
	(void)state;
	struct config_row bad = rows[2];
	bad.value = "0";
	REFUSES(BUG, config_init(&bad, 1, &values));
}

static void an_option_sets_the_value_of_its_key(void **state)
{
	(void)state;
	const struct config_row *row = config_find(rows, COUNT_OF(rows), BYTES_TEXT("net.port"));
	CHECK(row == &rows[2]);
	CHECK(config_find(rows, COUNT_OF(rows), BYTES_TEXT("port")) == NULL);
	OK(config_put(row, BYTES_TEXT("8443"), &values, &why));
	CHECK(values.port == 8443);
	REFUSES(CONFIG_INVALID, config_put(row, BYTES_TEXT("x"), &values, &why));
	assert_string_equal(why.sentence, "net.port must be a number, 1 to 65535");
	CHECK(values.port == 8443 && why.line == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_file_gives_the_defaults),
		TEST(values_are_read_under_their_sections),
		TEST(the_file_of_defaults_reads_back_as_the_defaults),
		TEST(an_unknown_key_is_refused_with_its_line_and_the_nearest_one),
		TEST(a_key_with_its_section_written_out_is_unknown),
		TEST(a_key_given_twice_is_refused),
		TEST(a_word_is_one_of_its_rows_or_nothing_where_that_may_be),
		TEST(an_unknown_section_is_refused),
		TEST(a_line_without_a_pair_is_refused),
		TEST(values_outside_their_bounds_are_refused),
		TEST(a_line_of_the_longest_length_is_read_and_one_octet_more_is_refused),
		TEST(a_nul_in_the_file_is_refused),
		TEST(a_default_that_its_row_refuses_is_our_mistake),
		TEST(an_option_sets_the_value_of_its_key),
	};
	return RUN(tests);
}
