/* The language: what it takes, what it refuses and where, and what a filter says of a device. */
#include "policy/filter.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

#define ARENA_SIZE (256 << 10)
#define TEXT_SIZE 16384

/* A filter and the arena it lives in. */
struct scene {
	struct arena arena;
	struct attribute_values values;
	char text[TEXT_SIZE];
};

static int setup(void **state)
{
	struct scene *s = test_calloc(1, sizeof(*s));
	arena_init(&s->arena, ARENA_SIZE);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	arena_done(&s->arena);
	test_free(s);
	return 0;
}

static const struct filter *compiled(struct scene *s, const char *text)
{
	const struct filter *f = NULL;
	struct filter_error error = { 0 };
	fault why = filter_parse(bytes_text(text), &s->arena, &f, &error);
	if (why)
		fail_msg("%s: %s at %zu: %s", text, why->name, error.at, error.sentence);
	return f;
}

static void set(struct scene *s, const char *name, const char *value)
{
	enum attribute_id id = attribute_find(bytes_text(name));
	CHECK(id < ATTRIBUTE_COUNT);
	s->values.of[id] = bytes_text(value);
}

static enum filter_truth judged(struct scene *s, const char *text)
{
	enum filter_truth t = filter_judge(compiled(s, text), &s->values);
	arena_reset(&s->arena);
	return t;
}

static const char *canonical(struct scene *s, const char *text)
{
	struct wr w = wr_of((uint8_t *)s->text, sizeof(s->text));
	filter_write(compiled(s, text), &w);
	wr_u8(&w, 0);
	CHECK(!w.bad);
	arena_reset(&s->arena);
	return s->text;
}

static void each_form_has_one_canonical_form(void **state)
{
	static const struct {
		const char *text, *is;
	} cases[] = {
		{ "device.model -eq \"X\"", "(device.model -eq \"X\")" },
		{ "(((device.model -eq \"X\")))", "(device.model -eq \"X\")" },
		{ "DEVICE.MODEL EQ \"X\"", "(device.model -eq \"X\")" },
		{ "device.model -in \"X\"", "(device.model -in [\"X\"])" },
		{ "device.model -in [ \"X\" , \"Y\" , ]", "(device.model -in [\"X\", \"Y\"])" },
		{ "device.model -notIn [\"\",\"Y\"]", "(device.model -notIn [\"\", \"Y\"])" },
		{ "device.model -ne $null", "(device.model -ne null)" },
		{ "device.model -eq NULL", "(device.model -eq null)" },
		{ "device.model -eq \"  X Y \"", "(device.model -eq \"X Y\")" },
		{ "device.model -eq \"a\\b\"", "(device.model -eq \"a\\b\")" },
		{ "device.model eq \"a\" AND device.model eq \"b\" Or device.model eq \"c\"",
		  "(device.model -eq \"a\") and (device.model -eq \"b\") or (device.model -eq \"c\")" },
		{ "device.model eq \"a\" and (device.model eq \"b\" or device.model eq \"c\")",
		  "(device.model -eq \"a\") and ((device.model -eq \"b\") or (device.model -eq \"c\"))" },
		{ "device.model eq \"a\" and (device.model eq \"b\" and (device.model eq \"c\"))",
		  "(device.model -eq \"a\") and (device.model -eq \"b\") and (device.model -eq \"c\")" },
		{ "\t(device.osVersion\r\n-ge \"10.0\")and(device.IsTpmAttested -eq \"false\") ",
		  "(device.osVersion -ge \"10.0\") and (device.isTpmAttested -eq \"false\")" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(canonical(*state, cases[i].text), cases[i].is);
	COUNTED("filter: forms", COUNT_OF(cases));
}

/* In place of the tested text: where the mistake is, counted in characters, and what it is called. */
static const struct {
	const char *text;
	size_t column;
	enum fault_code why;
} mistakes[] = {
	{ "", 1, FAULT_CODE_FILTER_SYNTAX },
	{ "  ", 1, FAULT_CODE_FILTER_SYNTAX },
	{ "not device.model -eq \"x\"", 1, FAULT_CODE_FILTER_SYNTAX },
	{ "-not (device.model -eq \"x\")", 1, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -endsWith \"x\"", 14, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -notStartsWith \"x\"", 14, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -equals \"x\"", 14, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model = \"x\"", 14, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model --eq \"x\"", 14, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq 'x'", 18, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq “x”", 18, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq x", 18, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq", 17, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model", 13, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq \"x", 18, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq \"x\\\"y\"", 22, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq\"x\"", 17, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -in[\"x\"]", 17, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model-eq \"x\"", 8, FAULT_CODE_FILTER_PROPERTY },
	{ "device.model -eq \"x\"and device.model -eq \"y\"", 21, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq \"x\" and", 25, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq \"x\" -and device.model -eq \"y\"", 22, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq \"x\" device.model -eq \"y\"", 22, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq \"x\" # why", 22, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq \"x\" /* why */", 22, FAULT_CODE_FILTER_SYNTAX },
	{ "(device.model -eq \"x\"", 1, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -eq \"x\")", 21, FAULT_CODE_FILTER_SYNTAX },
	{ "()", 2, FAULT_CODE_FILTER_SYNTAX },
	{ "model -eq \"x\"", 1, FAULT_CODE_FILTER_SYNTAX },
	{ "user.model -eq \"x\"", 1, FAULT_CODE_FILTER_SYNTAX },
	{ "device.colour -eq \"x\"", 8, FAULT_CODE_FILTER_PROPERTY },
	{ "device. -eq \"x\"", 8, FAULT_CODE_FILTER_PROPERTY },
	{ "device.model -gt \"1.0\"", 14, FAULT_CODE_FILTER_OPERATOR },
	{ "device.deviceOwnership -in [\"Personal\"]", 24, FAULT_CODE_FILTER_OPERATOR },
	{ "device.operatingSystemVersion -contains \"10\"", 31, FAULT_CODE_FILTER_OPERATOR },
	{ "device.isTpmAttested -contains \"True\"", 22, FAULT_CODE_FILTER_OPERATOR },
	{ "device.model -eq \"\"", 18, FAULT_CODE_FILTER_VALUE },
	{ "device.model -eq \" \t \"", 18, FAULT_CODE_FILTER_VALUE },
	{ "device.model -in \"\"", 18, FAULT_CODE_FILTER_VALUE },
	{ "device.model -in []", 18, FAULT_CODE_FILTER_VALUE },
	{ "device.model -in [,]", 19, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -in [\"x\",,]", 23, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -in [\"x\" \"y\"]", 23, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -in [\"x\"", 22, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -in [null]", 19, FAULT_CODE_FILTER_SYNTAX },
	{ "device.model -in null", 18, FAULT_CODE_FILTER_VALUE },
	{ "device.model -contains $null", 24, FAULT_CODE_FILTER_VALUE },
	{ "device.model -eq [\"x\"]", 18, FAULT_CODE_FILTER_VALUE },
	{ "device.model -eq \"a\x01\"", 18, FAULT_CODE_FILTER_VALUE },
	{ "device.osVersion -ge \"10\"", 22, FAULT_CODE_FILTER_VALUE },
	{ "device.osVersion -ge \"10.0.1.2.3\"", 22, FAULT_CODE_FILTER_VALUE },
	{ "device.operatingSystemVersion -eq \"ten\"", 35, FAULT_CODE_FILTER_VALUE },
	{ "device.isTpmAttested -eq \"Flase\"", 26, FAULT_CODE_FILTER_VALUE },
	{ "device.tpmClass -in [\"discrete\", \"soft\"]", 34, FAULT_CODE_FILTER_VALUE },
};

static void each_mistake_is_refused_at_its_column(void **state)
{
	struct scene *s = *state;
	for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
		const struct filter *f = NULL;
		struct filter_error error = { 0 };
		struct bytes text = bytes_text(mistakes[i].text);
		fault why = filter_parse(text, &s->arena, &f, &error);
		if (why != &fault_rows[mistakes[i].why] ||
		    filter_column(text, error.at) != mistakes[i].column)
			fail_msg("%s: %s at column %zu: %s", mistakes[i].text, why ? why->name : "no fault",
				 filter_column(text, error.at), error.sentence ? error.sentence : "");
		CHECK(!f && error.sentence);
	}
	COUNTED("filter: mistakes", COUNT_OF(mistakes));
}

/* Intune does not look at the values of its own enumerations. */
static void values_of_intunes_enumerations_are_not_compared_with_a_list(void **state)
{
	assert_string_equal(canonical(*state, "device.deviceOwnership -eq \"Borrowed\""),
			    "(device.deviceOwnership -eq \"Borrowed\")");
}

static void every_truncation_is_refused_or_is_a_shorter_filter(void **state)
{
	struct scene *s = *state;
	static const char text[] =
		"(device.model -in [\"a\", \"b\"]) and (device.osVersion -ge \"10.0.1\" or "
		"device.isTpmAttested -eq \"True\") and device.groupTag -ne null";
	size_t accepted = 0;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		const struct filter *f = NULL;
		struct filter_error error = { 0 };
		fault why = filter_parse(bytes_of(text, n), &s->arena, &f, &error);
		CHECK(why ? error.at <= n && error.sentence : f != NULL);
		accepted += !why;
		arena_reset(&s->arena);
	}
	/* Behind the list's parenthesis and behind the second, each with the space after it. */
	assert_int_equal(accepted, 4);
}

static void a_filter_has_at_most_3072_characters_and_32_open_parentheses(void **state)
{
	struct scene *s = *state;
	char text[FILTER_CHARACTERS_MAX + 2];
	const struct filter *f = NULL;
	struct filter_error error = { 0 };
	static const char begin[] = "device.model -eq \"";
	memset(text, 'x', sizeof(text));
	memcpy(text, begin, sizeof(begin) - 1);
	text[FILTER_CHARACTERS_MAX - 1] = '"';
	OK(filter_parse(bytes_of(text, FILTER_CHARACTERS_MAX), &s->arena, &f, &error));
	text[FILTER_CHARACTERS_MAX - 1] = 'x';
	text[FILTER_CHARACTERS_MAX] = '"';
	REFUSES(FILTER_LIMIT, filter_parse(bytes_of(text, FILTER_CHARACTERS_MAX + 1), &s->arena, &f, &error));
	for (size_t depth = FILTER_DEPTH_MAX; depth <= FILTER_DEPTH_MAX + 1; depth++) {
		int n = snprintf(text, sizeof(text), "%.*s%s%.*s", (int)depth,
				 "((((((((((((((((((((((((((((((((((((((((", "device.model -eq \"x\"",
				 (int)depth, "))))))))))))))))))))))))))))))))))))))))");
		fault why = filter_parse(bytes_of(text, (size_t)n), &s->arena, &f, &error);
		CHECK(why == (depth > FILTER_DEPTH_MAX ? FAIL(FILTER_LIMIT) : NULL));
	}
}

/* The most comparisons and the most values that the length allows. */
static void the_largest_filters_compile(void **state)
{
	struct scene *s = *state;
	static const char one[] = "device.model eq null or ", list[] = "device.model in [";
	char text[FILTER_CHARACTERS_MAX + 1];
	size_t n = 0, room = FILTER_CHARACTERS_MAX;
	while (n + sizeof(one) - 1 <= room)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", one);
	const struct filter *f = NULL;
	struct filter_error error = { 0 };
	OK(filter_parse(bytes_of(text, n - 4), &s->arena, &f, &error));
	assert_int_equal(filter_count(f), FILTER_CHARACTERS_MAX / 24);
	CHECK(s->arena.at <= FILTER_ARENA_SIZE);
	arena_reset(&s->arena);
	n = (size_t)snprintf(text, sizeof(text), "%s", list);
	while (n + 4 <= room)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "\"\",");
	text[n++] = ']';
	OK(filter_parse(bytes_of(text, n), &s->arena, &f, &error));
	CHECK(s->arena.at <= FILTER_ARENA_SIZE && filter_judge(f, &s->values) == FILTER_TRUE);
}

/* --- what filters say ----------------------------------------------------------------------------------- */

static void set_laptop(struct scene *s)
{
	s->values = (struct attribute_values){ 0 };
	set(s, "manufacturer", "Dell Inc. ");
	set(s, "model", "Latitude 7440");
	set(s, "osVersion", "10.0.22631.3447");
	set(s, "operatingSystemVersion", "10.0.22631");
	set(s, "deviceOwnership", "Corporate");
	set(s, "isTpmAttested", "True");
	set(s, "tpmFirmwareVersion", "7.85");
}

static void operators_compare_as_intune_has_it(void **state)
{
	static const struct {
		const char *text;
		enum filter_truth is;
	} cases[] = {
		{ "device.manufacturer -eq \"dell inc.\"", FILTER_TRUE },
		{ "device.manufacturer -ne \"DELL INC.\"", FILTER_FALSE },
		{ "device.manufacturer -eq \"Dell\"", FILTER_FALSE },
		{ "device.manufacturer -in [\"HP\", \" Dell Inc. \"]", FILTER_TRUE },
		{ "device.manufacturer -notIn [\"HP\", \"Lenovo\"]", FILTER_TRUE },
		{ "device.model -startsWith \"latitude\"", FILTER_TRUE },
		{ "device.model -startsWith \"7440\"", FILTER_FALSE },
		{ "device.model -contains \"TUDE 74\"", FILTER_TRUE },
		{ "device.model -contains \"Latitude 7440 \"", FILTER_TRUE },
		{ "device.model -contains \"Latitude 7440x\"", FILTER_FALSE },
		{ "device.model -notContains \"XPS\"", FILTER_TRUE },
		{ "device.osVersion -eq \"10.0.22631.3447\"", FILTER_TRUE },
		{ "device.osVersion -eq \"10.0.22631.3447.0\"", FILTER_FALSE },
		{ "device.osVersion -startsWith \"10.0.2263\"", FILTER_TRUE },
		{ "device.osVersion -gt \"10.0.9999.0\"", FILTER_TRUE },
		{ "device.osVersion -ge \"10.0.22631.3447\"", FILTER_TRUE },
		{ "device.osVersion -lt \"10.0.22631.3447\"", FILTER_FALSE },
		{ "device.osVersion -le \"10.0\"", FILTER_FALSE },
		{ "device.operatingSystemVersion -eq \"10.0.22631.0\"", FILTER_TRUE },
		{ "device.operatingSystemVersion -ne \"10.0.22631\"", FILTER_FALSE },
		{ "device.operatingSystemVersion -lt \"10.0.22631.1\"", FILTER_TRUE },
		{ "device.tpmFirmwareVersion -ge \"7.62\"", FILTER_TRUE },
		{ "device.deviceOwnership -eq \"Personal\"", FILTER_FALSE },
		{ "device.isTpmAttested -eq \"true\"", FILTER_TRUE },
		{ "device.isTpmAttested -eq \"False\"", FILTER_FALSE },
		{ "device.model -eq \"a\" and device.model -eq \"b\" or device.manufacturer -contains "
		  "\"dell\"",
		  FILTER_TRUE },
		{ "device.model -eq \"a\" and (device.model -eq \"b\" or device.manufacturer -contains "
		  "\"dell\")",
		  FILTER_FALSE },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		set_laptop(*state);
		enum filter_truth t = judged(*state, cases[i].text);
		if (t != cases[i].is)
			fail_msg("%s is %s", cases[i].text, filter_truth_word(t));
	}
	COUNTED("filter: comparisons", COUNT_OF(cases));
}

static void a_missing_property_counts_as_empty(void **state)
{
	static const struct {
		const char *text;
		enum filter_truth is;
	} cases[] = {
		{ "device.model -eq $null", FILTER_TRUE },
		{ "device.model -ne null", FILTER_FALSE },
		{ "device.model -eq \"x\"", FILTER_FALSE },
		{ "device.model -ne \"x\"", FILTER_TRUE },
		{ "device.model -in [\"x\"]", FILTER_FALSE },
		{ "device.model -in [\"x\", \"\"]", FILTER_TRUE },
		{ "device.model -notIn [\"x\"]", FILTER_TRUE },
		{ "device.model -notContains \"x\"", FILTER_TRUE },
		{ "device.model -contains \"x\"", FILTER_FALSE },
		{ "device.model -startsWith \"x\"", FILTER_FALSE },
		{ "device.operatingSystemVersion -eq null", FILTER_TRUE },
		{ "device.operatingSystemVersion -ne \"1.0\"", FILTER_TRUE },
		{ "device.operatingSystemVersion -eq \"1.0\"", FILTER_FALSE },
		{ "device.groupTag -eq null", FILTER_TRUE },
	};
	struct scene *s = *state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		enum filter_truth t = judged(s, cases[i].text);
		if (t != cases[i].is)
			fail_msg("%s is %s", cases[i].text, filter_truth_word(t));
	}
	COUNTED("filter: comparisons", COUNT_OF(cases));
}

static void no_order_follows_from_what_is_no_version(void **state)
{
	struct scene *s = *state;
	static const char *const values[] = { NULL, "", "rolling", "10.x" };
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		set(s, "osVersion", values[i]);
		set(s, "operatingSystemVersion", values[i]);
		CHECK(judged(s, "device.osVersion -ge \"10.0\"") == FILTER_UNKNOWN);
		CHECK(judged(s, "device.osVersion -lt \"10.0\"") == FILTER_UNKNOWN);
		CHECK(judged(s, "device.operatingSystemVersion -le \"10.0\"") == FILTER_UNKNOWN);
	}
	CHECK(judged(s, "device.operatingSystemVersion -eq \"10.0\"") == FILTER_UNKNOWN);
	set(s, "osVersion", "12");
	CHECK(judged(s, "device.osVersion -ge \"11.0\"") == FILTER_TRUE);
}

/* H125: nothing follows from a claim that was not established, whichever way it is asked for. */
static void a_claim_that_is_not_established_is_unknown_to_every_operator(void **state)
{
	struct scene *s = *state;
	static const char *const texts[] = {
		"device.isTpmAttested -eq \"False\"",
		"device.isTpmAttested -ne \"True\"",
		"device.isTpmAttested -eq \"True\"",
		"device.isTpmAttested -eq null",
		"device.isTpmAttested -ne null",
		"device.tpmManufacturer -notIn [\"IFX\"]",
		"device.tpmManufacturer -contains \"I\"",
		"device.tpmManufacturer -notContains \"I\"",
		"device.tpmManufacturer -startsWith \"I\"",
		"device.tpmFirmwareVersion -lt \"7.62\"",
		"device.tpmClass -in [\"virtual\"]",
		"device.assurance -eq \"none\"",
	};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		CHECK(judged(s, texts[i]) == FILTER_UNKNOWN);
	set(s, "isTpmAttested", "False");
	set(s, "tpmManufacturer", "");
	CHECK(judged(s, texts[0]) == FILTER_TRUE && judged(s, texts[1]) == FILTER_TRUE);
	CHECK(judged(s, "device.tpmManufacturer -eq null") == FILTER_TRUE);
}

static void and_and_or_follow_strong_kleene_logic(void **state)
{
	struct scene *s = *state;
	static const char *const text[] = {
		[FILTER_UNKNOWN] = "device.isTpmAttested -eq \"True\"",
		[FILTER_FALSE] = "device.model -eq \"x\"",
		[FILTER_TRUE] = "device.model -eq null",
	};
	static const enum filter_truth both[3][3] = { { 0, 1, 0 }, { 1, 1, 1 }, { 0, 1, 2 } };
	static const enum filter_truth either[3][3] = { { 0, 0, 2 }, { 0, 1, 2 }, { 2, 2, 2 } };
	for (size_t a = 0; a < 3; a++)
		for (size_t b = 0; b < 3; b++) {
			char whole[160];
			snprintf(whole, sizeof(whole), "%s and %s", text[a], text[b]);
			CHECK(judged(s, whole) == both[a][b]);
			CHECK(filter_and((enum filter_truth)a, (enum filter_truth)b) == both[a][b]);
			snprintf(whole, sizeof(whole), "%s or %s", text[a], text[b]);
			CHECK(judged(s, whole) == either[a][b]);
			CHECK(filter_or((enum filter_truth)a, (enum filter_truth)b) == either[a][b]);
		}
	COUNTED("filter: truths", 18);
}

static void each_comparison_can_be_asked_by_itself(void **state)
{
	struct scene *s = *state;
	set_laptop(s);
	const struct filter *f =
		compiled(s, "device.model -contains \"XPS\" or (device.groupTag -eq null and "
			    "device.assurance -eq \"high\")");
	static const struct {
		enum attribute_id attribute;
		enum filter_truth truth;
		const char *text;
	} want[] = {
		{ ATTRIBUTE_MODEL, FILTER_FALSE, "device.model -contains \"XPS\"" },
		{ ATTRIBUTE_GROUP_TAG, FILTER_TRUE, "device.groupTag -eq null" },
		{ ATTRIBUTE_ASSURANCE, FILTER_UNKNOWN, "device.assurance -eq \"high\"" },
	};
	assert_int_equal(filter_count(f), COUNT_OF(want));
	for (size_t i = 0; i < COUNT_OF(want); i++) {
		struct filter_finding found = filter_judge_one(f, i, &s->values);
		struct wr w = wr_of((uint8_t *)s->text, sizeof(s->text));
		filter_write_one(f, i, &w);
		CHECK(found.attribute == want[i].attribute && found.truth == want[i].truth);
		CHECK(is_bytes_text(wr_done(&w), want[i].text));
	}
	CHECK(filter_uses(f) == (ATTRIBUTE_BIT(ATTRIBUTE_MODEL) | ATTRIBUTE_BIT(ATTRIBUTE_GROUP_TAG) |
				 ATTRIBUTE_BIT(ATTRIBUTE_ASSURANCE)));
}

/* H126 */
static void a_filter_that_reads_a_label_decides_only_where_that_is_allowed(void **state)
{
	struct scene *s = *state;
	enum attribute_id which = ATTRIBUTE_COUNT;
	const struct filter *proved =
		compiled(s, "device.isTpmAttested -eq \"True\" and device.groupTag -eq \"a\"");
	OK(filter_check_source(proved, false, &which));
	CHECK(which == ATTRIBUTE_COUNT);
	const struct filter *claimed =
		compiled(s, "device.isTpmAttested -eq \"True\" and device.model -eq \"a\"");
	REFUSES(POL_UNVERIFIED_ATTR, filter_check_source(claimed, false, &which));
	CHECK(which == ATTRIBUTE_MODEL);
	OK(filter_check_source(claimed, true, &which));
}

static void the_caret_stands_below_the_mistake(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t at, width;
		const char *shows;
	} cases[] = {
		{ "device.model x", 13, 80, "device.model x\n             ^\n" },
		{ "", 0, 80, "\n^\n" },
		{ "Größe x", 8, 80, "Größe x\n      ^\n" },
		{ "a\tb", 2, 80, "a b\n  ^\n" },
		{ "0123456789ABCDEF", 12, 8, "89ABCDEF\n    ^\n" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint8_t out[128];
		struct wr w = wr_of(out, sizeof(out));
		filter_write_caret(bytes_text(cases[i].text), cases[i].at, cases[i].width, &w);
		wr_u8(&w, 0);
		assert_string_equal((char *)out, cases[i].shows);
	}
}

#define SCENE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(each_form_has_one_canonical_form),
		SCENE(each_mistake_is_refused_at_its_column),
		SCENE(values_of_intunes_enumerations_are_not_compared_with_a_list),
		SCENE(every_truncation_is_refused_or_is_a_shorter_filter),
		SCENE(a_filter_has_at_most_3072_characters_and_32_open_parentheses),
		SCENE(the_largest_filters_compile),
		SCENE(operators_compare_as_intune_has_it),
		SCENE(a_missing_property_counts_as_empty),
		SCENE(no_order_follows_from_what_is_no_version),
		SCENE(a_claim_that_is_not_established_is_unknown_to_every_operator),
		SCENE(and_and_or_follow_strong_kleene_logic),
		SCENE(each_comparison_can_be_asked_by_itself),
		SCENE(a_filter_that_reads_a_label_decides_only_where_that_is_allowed),
		TEST(the_caret_stands_below_the_mistake),
	};
	return RUN(tests);
}
