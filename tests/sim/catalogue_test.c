/*
 * The hostile catalogue (tests/attest/catalogue.def) over HTTP: each row that a device can send is a test
 * against a running server, which must answer with the row's fault.
 *
 * usage: sim-catalogue-test DEVICE_URL ADMIN_URL CA TOKEN; catalogue_test.py starts it with a server.
 */
#include "catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "outside.h"
#include "test.h"

static struct outside_plan plan;
static struct model model;
static struct outside outside;

static void play(void **state)
{
	const struct catalogue_row *row = *state;
	model_renew(&model);
	fault why = catalogue_play(&model, row);
	if (why != catalogue_why(row))
		fail_msg("gave %s", why ? why->name : "no fault");
}

/* Its AK and device key are those that no other device may have. */
static void enrolled_keys(struct model *m)
{
	model_set_ak(m, m->enrolled_ak, ALG_SHA256);
	m->device = model_device(m, m->enrolled_key);
}

static int set_up(void **state)
{
	const struct model_change change = { MODEL_KEYS, enrolled_keys, 0 };
	(void)state;
	model_init(&model, time(NULL));
	outside_init(&outside, &plan, &model);
	model_make(&model, &change);
	OK(model.refused);
	OK(model.place->answer(model.own, &model));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	outside_done(&outside);
	model_done(&model);
	return 0;
}

static bool is_played(const struct catalogue_row *row, bool is_twin)
{
	return !row->here && (row->kind == CATALOGUE_TWIN) == is_twin;
}

/* Twins come last: what was enrolled once is another case for what comes after it. */
static size_t add_tests(struct CMUnitTest *tests, char (*titles)[CATALOGUE_TITLE_MAX], bool is_twin)
{
	size_t n = 0;
	for (size_t i = 0; i < catalogue_count; i++) {
		const struct catalogue_row *row = &catalogue_rows[i];
		if (!is_played(row, is_twin))
			continue;
		catalogue_title(row, titles[n]);
		tests[n] = (struct CMUnitTest){ .name = titles[n], .test_func = play,
						.initial_state = (void *)(uintptr_t)row };
		n++;
	}
	return n;
}

int main(int count, char **words)
{
	if (count != 5) {
		fprintf(stderr, "usage: %s DEVICE_URL ADMIN_URL CA TOKEN\n", words[0]);
		return 2;
	}
	plan = (struct outside_plan){ words[1], words[2], words[3], words[4] };
	struct CMUnitTest *tests = calloc(catalogue_count, sizeof(*tests));
	char(*titles)[CATALOGUE_TITLE_MAX] = calloc(catalogue_count, sizeof(*titles));
	size_t vectors = add_tests(tests, titles, false);
	size_t twins = add_tests(tests + vectors, titles + vectors, true);
	int failed = _cmocka_run_group_tests("catalogue", tests, vectors + twins, set_up, tear_down);
	COUNTED("catalogue over HTTP: vectors", vectors);
	COUNTED("catalogue over HTTP: twins", twins);
	free(titles);
	free(tests);
	return failed;
}
