#include "sim/options.h"

#include <string.h>

#include "sim/production.h"
#include "test.h"

static const struct options_plan plan = { OPTION(DIR), OPTION(DIR) | OPTION(JSON) | OPTION(DEVICES) };

static void options_are_read_in_any_order(void **state)
{
	static const char *const words[] = { "assay-sim", "--json", "--count", "7", "--dir", "x", NULL };
	struct options o;
	uint64_t n;
	(void)state;
	OK(options_parse((char *const *)words, 1, &plan, &o));
	CHECK(strcmp(o.v[OPTION_DIR], "x") == 0 && o.v[OPTION_JSON] && !o.v[OPTION_NAME]);
	OK(options_get_number(&o, OPTION_DEVICES, 10, &n));
	CHECK(n == 7);
	OK(options_get_number(&o, OPTION_PARALLEL, 10, &n));
	CHECK(n == 1);
}

static void a_wrong_line_is_refused_with_the_word_that_is_wrong(void **state)
{
	static const struct {
		const char *words[6];
		const char *said;
	} rows[] = {
		{ { "x", NULL }, "x" },
		{ { "--dir", NULL }, "--dir" },
		{ { "--dir", "x", "--dir", "y", NULL }, "--dir" },
		{ { "--dir", "x", "--name", "y", NULL }, "--name" },
		{ { "--dir", "x", "--nonsense", NULL }, "--nonsense" },
		{ { "--dir", "x", "y", NULL }, "y" },
		{ { "--json", NULL }, "--dir" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct options o;
		REFUSES(USAGE, options_parse((char *const *)rows[i].words, 0, &plan, &o));
		CHECK(strstr(o.detail, rows[i].said) != NULL);
	}
}

static void numbers_outside_their_bounds_are_refused(void **state)
{
	static const char *const bad[] = { "0", "11", "-1", "1x", "", "01" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct options o = { .v[OPTION_DEVICES] = bad[i] };
		uint64_t n;
		REFUSES(USAGE, options_get_number(&o, OPTION_DEVICES, 10, &n));
		CHECK(strstr(o.detail, "--count") != NULL);
	}
}

static void an_endorsement_key_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = { "",          "xyz",                "abc",           "x=01",
					   "x=01,y=zz", "x=01,y=02,id=other", "z=01,x=01,y=02" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct options o = { .v = { [OPTION_MAKER] = "/nonexistent", [OPTION_OUT] = "/nonexistent/x",
					    [OPTION_EK] = bad[i] } };
		REFUSES(PARSE_FIELD, production_run_certificate(&o));
	}
}

static void certificates_of_other_kinds_are_not_made(void **state)
{
	struct options o = { .v = { [OPTION_TYPE] = "platform",
				    [OPTION_EK] = "01",
				    [OPTION_DIR] = "/nonexistent",
				    [OPTION_CONFIGFILE] = "/nonexistent" } };
	(void)state;
	REFUSES(USAGE, production_run_swtpm(&o));
	CHECK(strstr(o.detail, "platform") != NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(options_are_read_in_any_order),
		TEST(a_wrong_line_is_refused_with_the_word_that_is_wrong),
		TEST(numbers_outside_their_bounds_are_refused),
		TEST(an_endorsement_key_that_is_none_is_refused),
		TEST(certificates_of_other_kinds_are_not_made),
	};
	return RUN(tests);
}
