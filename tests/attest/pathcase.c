#include "pathcase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/ekcert.h"
#include "corpora.h"

#define LIST_ROOM 65536 /* a suite's lists are short */

/* The rows of checks.def that are no part of the TCG EK Credential Profile. */
static const enum check_id general[] = {
	CHECK_EK_CERT_PRESENT,     CHECK_EK_CERT_WHOLE,      CHECK_EK_CERT_ALONE,
	CHECK_EK_CERT_FORM,        CHECK_EK_CERT_DER,        CHECK_EK_CERT_VERSION,
	CHECK_EK_CERT_KEY,         CHECK_EK_CERT_CHAIN_SIZE, CHECK_EK_CERT_CHAIN,
	CHECK_EK_CERT_CHAIN_VALID, CHECK_EK_CERT_CHAIN_TIME, CHECK_EK_CERT_SIGNATURE,
	CHECK_EK_CERT_UNREVOKED,   CHECK_EK_CERT_BEGUN,      CHECK_EK_CERT_TIME,
	CHECK_EK_CERT_CRITICAL,
};

const struct pathcase *pathcase_get(const struct pathcase_suite *suite, const char *name)
{
	for (size_t i = 0; i < suite->count; i++)
		if (strcmp(suite->rows[i].name, name) == 0)
			return &suite->rows[i];
	fail_msg("%s has no row", name);
	return NULL;
}

void pathcase_trust(struct anchors *anchors, struct bytes certificate)
{
	fault why = anchors_put(anchors, certificate, BYTES_TEXT("IFX"), ANCHORS_DISCRETE);
	CHECK(!why || why == FAIL(ANCHOR_INVALID) || why == FAIL(CONFLICT));
}

void pathcase_put_list(struct anchors *anchors, struct bytes file, struct bytes authority, int64_t now)
{
	struct eklists *lists = anchors_eklists(anchors);
	uint8_t issuer[EKLIST_HASH_SIZE], id[EKLIST_HASH_SIZE];
	char url[64];
	struct arena arena;
	struct eklist list;
	const uint8_t *p = authority.p;
	X509 *x = d2i_X509(NULL, &p, (long)authority.n);
	CHECK(x);
	snprintf(url, sizeof(url), "http://suite/%zu", eklists_count(lists));
	OK(eklist_issuer_id(x, issuer));
	OK(eklist_id(issuer, bytes_text(url), id));
	X509_free(x);
	const struct eklist_point wanted = { BYTES_OF(id), authority, BYTES_TEXT("CA"), bytes_text(url) };
	arena_init(&arena, LIST_ROOM);
	fault why = eklist_check(file, &wanted, now, &arena, &list);
	CHECK(!why || why == FAIL(CRL_INVALID));
	if (!why)
		OK(eklists_put(lists, &list));
	arena_done(&arena);
}

void pathcase_judge(const struct pathcase *row, const struct bytes_list *chain,
		    const struct anchors *anchors, int64_t now)
{
	struct verdict verdict = { 0 };
	struct ekcert found;
	const struct ekcert_input in = { chain, NULL, anchors, now, false, true, NULL };
	ekcert_judge(&in, verdict.of, &found);
	for (size_t i = 0; i < COUNT_OF(general); i++)
		verdict.required[general[i]] = true;
	fault why = verdict_fault(&verdict);
	if (why != row->ours)
		fail_msg("%s gave %s", row->name, why ? why->name : "no fault");
	CHECK((found.leniencies & row->leniencies) == row->leniencies);
	CHECK(row->profile == CHECK_COUNT || verdict.of[row->profile] == FAILED);
}

static bool is_as_the_suite_says(const struct pathcase *row)
{
	return row->is_good == !row->ours;
}

static void print_title(const struct pathcase *row, char out[static PATHCASE_TITLE_MAX])
{
	const char *word = row->ours ? row->ours->name : "accepted";
	const char *because = row->reason ? ", against the suite: " : "";
	snprintf(out, PATHCASE_TITLE_MAX, "%s is %s%s%s", row->name, word, because,
		 row->reason ? row->reason : "");
}

static void rows_that_differ_say_why_and_no_others(void **state)
{
	const struct pathcase_suite *suite = *state;
	size_t differ = 0;
	for (size_t i = 0; i < suite->count; i++) {
		const struct pathcase *row = &suite->rows[i];
		if (is_as_the_suite_says(row) == (row->reason != NULL))
			fail_msg("%s", row->name);
		differ += row->reason != NULL;
	}
	char what[64];
	snprintf(what, sizeof(what), "%s: as expected", suite->name);
	COUNTED(what, suite->count - differ);
	snprintf(what, sizeof(what), "%s: with a reason", suite->name);
	COUNTED(what, differ);
}

int pathcase_run(const struct pathcase_suite *suite)
{
	struct CMUnitTest *tests = calloc(suite->count + 2, sizeof(*tests));
	char(*titles)[PATHCASE_TITLE_MAX] = calloc(suite->count, sizeof(*titles));
	for (size_t i = 0; i < suite->count; i++) {
		print_title(&suite->rows[i], titles[i]);
		tests[i] = (struct CMUnitTest){ .name = titles[i],
						.test_func = suite->play,
						.initial_state = (void *)(uintptr_t)&suite->rows[i] };
	}
	tests[suite->count] = (struct CMUnitTest)TEST(rows_that_differ_say_why_and_no_others);
	tests[suite->count].initial_state = (void *)(uintptr_t)suite;
	tests[suite->count + 1] = (struct CMUnitTest){ .name = "every_case_of_the_suite_has_its_row",
						       .test_func = suite->whole };
	int failed = corpora_run(tests, suite->count + 2, suite->open, suite->close);
	free(titles);
	free(tests);
	return failed;
}
