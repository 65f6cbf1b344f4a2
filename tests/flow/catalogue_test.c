/*
 * The hostile catalogue (tests/attest/catalogue.def) in the library: each row is a test, which plays its
 * twins and then itself from octets to verdict, and looks at every row of the verdict.
 */
#include "catalogue.h"

#include <stdlib.h>

#include "inside.h"

static struct model model;
static struct inside inside;
static bool *has_played; /* a twin need not be played twice */

static void all_is_granted(const struct catalogue_row *twin)
{
	fault why = catalogue_play(&model, twin);
	if (why)
		fail_msg("the twin %s gave %s", twin->name, why->name);
	CHECK(is_verdict_trusted(&inside.verdict));
	CHECK(inside.issues == (twin->change.way == VOUCH_BY_TOKEN ? 1 : 2));
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

/* One test for each row, named by what it says. */
static struct CMUnitTest *tests_of(size_t *ret_count)
{
	struct CMUnitTest *tests = calloc(catalogue_count + 1, sizeof(*tests));
	char(*titles)[CATALOGUE_TITLE_MAX] = calloc(catalogue_count, sizeof(*titles));
	for (size_t i = 0; i < catalogue_count; i++) {
		catalogue_title(&catalogue_rows[i], titles[i]);
		tests[i] = (struct CMUnitTest){ .name = titles[i], .test_func = play,
						.initial_state = (void *)(uintptr_t)&catalogue_rows[i] };
	}
	tests[catalogue_count] = (struct CMUnitTest)TEST(every_check_has_a_row);
	has_played = calloc(catalogue_count, sizeof(*has_played));
	*ret_count = catalogue_count + 1;
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
