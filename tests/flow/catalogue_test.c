/*
 * The hostile catalogue (tests/attest/catalogue.def) in the library: each row is a test, which plays its
 * twins and then itself from octets to verdict, and looks at every row of the verdict.
 */
#include "catalogue.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"

#define FILE_MAX (1 << 20)

static struct model model;
static struct inside inside;
static bool *has_played; /* a twin need not be played twice */

static void all_is_granted(const struct catalogue_row *twin)
{
	fault why = catalogue_play(&model, twin);
	if (why)
		fail_msg("the twin %s gave %s", twin->name, why->name);
	CHECK(is_verdict_trusted(&inside.verdict));
	CHECK(inside.issues == (is_vouch_tpm(twin->change.way) && twin->change.way != VOUCH_BY_USER ? 2 : 1));
}

static void play(void **state)
{
	const struct catalogue_row *row = *state, *twin = NULL;
	while ((twin = catalogue_find_twin(row, twin))) {
		bool *is_done = &has_played[twin - catalogue_rows];
		if (!*is_done)
			all_is_granted(twin);
		*is_done = true;
	}
	if (row->kind == CATALOGUE_TWIN) {
		all_is_granted(row);
		return;
	}
	fault expected = catalogue_why(row), why = catalogue_play(&model, row);
	if (why != expected)
		fail_msg("gave %s", why ? why->name : "no fault");
	CHECK(inside.issues == 0);
	if (row->kind != CATALOGUE_CHECK)
		return;
	size_t odd = catalogue_find_odd(row, &inside.verdict);
	if (odd < CHECK_COUNT)
		fail_msg("%s is %s", verdict_checks[odd].name, verdict_word(inside.verdict.of[odd]));
	CHECK(verdict_fault(&inside.verdict) == expected);
}

static size_t rows_of(enum catalogue_kind kind)
{
	size_t n = 0;
	for (size_t i = 0; i < catalogue_count; i++)
		n += catalogue_rows[i].kind == kind;
	return n;
}

static void every_check_has_a_row(void **state)
{
	(void)state;
	for (size_t c = 0; c < CHECK_COUNT; c++) {
		bool has_row = false;
		for (size_t i = 0; i < catalogue_count; i++)
			has_row = has_row ||
				  (catalogue_rows[i].kind == CATALOGUE_CHECK && catalogue_rows[i].check == c);
		if (!has_row)
			fail_msg("nothing fails %s", verdict_checks[c].name);
	}
	COUNTED("catalogue: checks", CHECK_COUNT);
	COUNTED("catalogue: vectors", rows_of(CATALOGUE_CHECK) + rows_of(CATALOGUE_FAULT));
	COUNTED("catalogue: twins", rows_of(CATALOGUE_TWIN));
}

/* Of 1.9: certificates; keys and statements; who claims whose device, tokens, restrictions, procedures. */
static const struct {
	unsigned first, last;
} answered[] = { { 1, 31 }, { 32, 105 }, { 118, 138 }, { 141, 141 }, { 144, 144 }, { 149, 149 } };

static void every_known_attack_has_a_row_or_a_reason(void **state)
{
	(void)state;
	size_t attacks = 0;
	for (size_t i = 0; i < COUNT_OF(answered); i++) {
		for (unsigned h = answered[i].first; h <= answered[i].last; h++, attacks++)
			if (!is_catalogue_covered(h))
				fail_msg("H%03u is forgotten", h);
	}
	COUNTED("catalogue: attacks answered", attacks);
}

/* Each file is below ASSAY_TESTS; C names its tests in a table, Python where they are defined. */
static char *read_file(const char *file)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s", getenv("ASSAY_TESTS"), file);
	FILE *f = fopen(path, "r");
	if (!f)
		fail_msg("%s cannot be read", path);
	char *text = calloc(1, FILE_MAX);
	size_t n = fread(text, 1, FILE_MAX - 1, f);
	fclose(f);
	CHECK(text && n > 0 && n < FILE_MAX - 1);
	return text;
}

static bool is_test_in(const char *text, const char *name)
{
	char in_c[CATALOGUE_TITLE_MAX], in_python[CATALOGUE_TITLE_MAX];
	snprintf(in_c, sizeof(in_c), "TEST(%s)", name);
	snprintf(in_python, sizeof(in_python), "def %s(", name);
	return strstr(text, in_c) || strstr(text, in_python);
}

static void is_proved_elsewhere(void **state)
{
	const struct catalogue_note *note = *state;
	char *text = read_file(note->file);
	bool has_test = is_test_in(text, note->test), has_twin = is_test_in(text, note->twin);
	free(text);
	if (!has_test || !has_twin)
		fail_msg("%s has no test %s", note->file, has_test ? note->twin : note->test);
}

/* One test for each row, named by what it says. */
struct titled {
	struct CMUnitTest *test;
	char (*title)[CATALOGUE_TITLE_MAX];
};

static void put_test(struct titled *next, CMUnitTestFunction function, const void *state)
{
	*next->test++ = (struct CMUnitTest){ .name = *next->title++,
					     .test_func = function,
					     .initial_state = (void *)(uintptr_t)state };
}

static struct CMUnitTest *tests_of(size_t *ret_count)
{
	const size_t most = catalogue_count + catalogue_note_count + 2;
	struct CMUnitTest *tests = calloc(most, sizeof(*tests));
	char(*titles)[CATALOGUE_TITLE_MAX] = calloc(most, sizeof(*titles));
	struct titled next = { tests, titles };
	for (size_t i = 0; i < catalogue_count; i++) {
		catalogue_title(&catalogue_rows[i], *next.title);
		put_test(&next, play, &catalogue_rows[i]);
	}
	for (size_t i = 0; i < catalogue_note_count; i++) {
		if (!catalogue_notes[i].file)
			continue;
		catalogue_note_title(&catalogue_notes[i], *next.title);
		put_test(&next, is_proved_elsewhere, &catalogue_notes[i]);
	}
	*next.test++ = (struct CMUnitTest)TEST(every_check_has_a_row);
	*next.test++ = (struct CMUnitTest)TEST(every_known_attack_has_a_row_or_a_reason);
	has_played = calloc(catalogue_count, sizeof(*has_played));
	*ret_count = (size_t)(next.test - tests);
	return tests;
}

static int set_up(void **state)
{
	(void)state;
	model_init(&model, MODEL_NOW);
	inside_init(&inside, &model);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	inside_done(&inside);
	model_done(&model);
	return 0;
}

int main(void)
{
	size_t count;
	struct CMUnitTest *tests = tests_of(&count);
	int failed = _cmocka_run_group_tests("catalogue", tests, count, set_up, tear_down);
	free((char *)(uintptr_t)tests[0].name);
	free(tests);
	free(has_played);
	return failed;
}
