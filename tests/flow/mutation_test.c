/*
 * mutation: what the hostile catalogue is worth. One check after the other passes whatever it finds; each
 * time rows of the catalogue must be noticed to go wrong, and they must be that check's own.
 *
 * usage: flow-mutation-test [CHECK]
 *
 * The program takes the place of verdict_judge (linked with --wrap), through which every check is settled.
 * The objects of the product are linked as they are.
 */
#include "catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"

#define NOTHING CHECK_COUNT
#define TITLE_MAX 80

static struct model model;
static struct inside inside;
static size_t disabled = NOTHING; /* the check that passes whatever it finds */
static bool has_refused[CHECK_COUNT];
static size_t survivors, tried;

/* Row by row, which checks found something in it; the mutation of any other changes nothing. */
static bool (*findings)[CHECK_COUNT];

void __real_verdict_judge(uint8_t outcomes[static CHECK_COUNT], enum check_id check, bool passed);
void __wrap_verdict_judge(uint8_t outcomes[static CHECK_COUNT], enum check_id check, bool passed);

void __wrap_verdict_judge(uint8_t outcomes[static CHECK_COUNT], enum check_id check, bool passed)
{
	has_refused[check] |= !passed;
	__real_verdict_judge(outcomes, check, passed || check == disabled);
}

static bool is_as_it_says(const struct catalogue_row *row)
{
	fault why = catalogue_play(&model, row);
	bool is_alone = row->kind != CATALOGUE_CHECK ||
			catalogue_find_odd(row, &inside.verdict) == CHECK_COUNT;
	return why == catalogue_why(row) && is_alone;
}

static void the_whole_catalogue_holds_while_every_check_is_made(void **state)
{
	(void)state;
	for (size_t i = 0; i < catalogue_count; i++) {
		memset(has_refused, 0, sizeof(has_refused));
		if (!is_as_it_says(&catalogue_rows[i]))
			fail_msg("%s", catalogue_rows[i].name);
		memcpy(findings[i], has_refused, sizeof(has_refused));
	}
}

static bool is_own(const struct catalogue_row *row, size_t check)
{
	return row->kind == CATALOGUE_CHECK && (row->check == check || row->with == check);
}

/* Plays what the check has to do with; how many rows went wrong, all of them its own. */
static size_t count_failures(size_t check)
{
	size_t failed = 0;
	for (size_t i = 0; i < catalogue_count; i++) {
		disabled = check;
		bool is_wrong = findings[i][check] && !is_as_it_says(&catalogue_rows[i]);
		disabled = NOTHING;
		if (is_wrong && !is_own(&catalogue_rows[i], check))
			fail_msg("%s went wrong too", catalogue_rows[i].name);
		failed += is_wrong;
	}
	return failed;
}

static void without_it_the_catalogue_fails(void **state)
{
	const struct verdict_check *check = *state;
	disabled = NOTHING;
	tried++;
	survivors++;
	if (!count_failures((size_t)(check - verdict_checks)))
		fail_msg("nothing notices that %s passes whatever it finds", check->name);
	survivors--;
}

static void no_check_survived(void **state)
{
	(void)state;
	COUNTED("mutation: checks disabled", tried);
	COUNTED("mutation: survived", survivors);
	print_message("mutation: %zu checks disabled, %zu survived\n", tried, survivors);
	CHECK(tried && !survivors);
}

static int set_up(void **state)
{
	(void)state;
	findings = calloc(catalogue_count, sizeof(*findings));
	model_init(&model, MODEL_NOW);
	inside_init(&inside, &model);
	return findings ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	inside_done(&inside);
	model_done(&model);
	free(findings);
	return 0;
}

int main(int count, char **words)
{
	static char titles[CHECK_COUNT][TITLE_MAX];
	struct CMUnitTest tests[CHECK_COUNT + 2] = {
		TEST(the_whole_catalogue_holds_while_every_check_is_made),
	};
	size_t n = 1;
	for (size_t c = 0; c < CHECK_COUNT; c++) {
		if (count > 1 && strcmp(words[1], verdict_checks[c].name) != 0)
			continue;
		snprintf(titles[c], TITLE_MAX, "without %s the catalogue fails", verdict_checks[c].name);
		tests[n++] = (struct CMUnitTest){ .name = titles[c],
						  .test_func = without_it_the_catalogue_fails,
						  .initial_state = (void *)(uintptr_t)&verdict_checks[c] };
	}
	tests[n++] = (struct CMUnitTest)TEST(no_check_survived);
	return _cmocka_run_group_tests("mutation", tests, n, set_up, tear_down);
}
