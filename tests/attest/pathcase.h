/*
 * pathcase: what others ask of judges of certification paths, asked of ours.
 *
 * Their suites know nothing of endorsement keys, so only the rows of checks.def that hold for every
 * certificate decide, and not those of the TCG's profile. A suite is a table with a row for each case: what
 * the suite says, what we say, and where these differ, why.
 */
#ifndef TESTS_ATTEST_PATHCASE_H
#define TESTS_ATTEST_PATHCASE_H

#include "attest/anchors.h"
#include "attest/leniency.h"
#include "attest/verdict.h"
#include "test.h"

#define PATHCASE_NOW INT64_C(1704067200) /* 2024-01-01, where a suite names no time */
#define PATHCASE_TITLE_MAX 400

struct pathcase {
	const char *name;
	bool is_good;       /* what the suite says */
	fault ours;         /* NULL: accepted */
	const char *reason; /* NULL where both say the same */
	uint32_t leniencies;   /* that must have been named */
	enum check_id profile; /* the row of the TCG's profile that must have failed; CHECK_COUNT: none */
};

/*
 * Rows of a table: accepted or refused as the suite says; refused though the suite accepts it; accepted
 * though the suite refuses it, also by a leniency that is named, or by these rows but not by the profile's.
 */
#define PATHCASE_ACCEPTED(name) { name, true, NULL, NULL, 0, CHECK_COUNT },
#define PATHCASE_REFUSED(name, code) { name, false, FAIL(code), NULL, 0, CHECK_COUNT },
#define PATHCASE_STRICTER(name, code, reason) { name, true, FAIL(code), reason, 0, CHECK_COUNT },
#define PATHCASE_LENIENT(name, reason) { name, false, NULL, reason, 0, CHECK_COUNT },
#define PATHCASE_NAMED(name, id) { name, false, NULL, "let pass as " #id, LENIENCY_BIT(id), CHECK_COUNT },
#define PATHCASE_PROFILE(name, id) { name, false, NULL, "the profile refuses it by " #id, 0, CHECK_##id },

struct pathcase_suite {
	const char *name;
	const struct pathcase *rows;
	size_t count;
	CMUnitTestFunction play;  /* one case; its state is the row */
	CMUnitTestFunction whole; /* that no case of the suite is without a row */
	CMFixtureFunction open, close;
};

/* Runs a suite, a test for each row and one for the whole, and counts the rows of each kind. */
int pathcase_run(const struct pathcase_suite *suite);

/* The row of that name; fails the test when there is none. */
const struct pathcase *pathcase_get(const struct pathcase_suite *suite, const char *name);

/* Adds a trusted certificate, unless it is no CA's or there already. */
void pathcase_trust(struct anchors *anchors, struct bytes certificate);

/*
 * Adds a list of revoked certificates if it proves itself to be that authority's; what is no list of its own,
 * or none that is taken, says nothing.
 */
void pathcase_put_list(struct anchors *anchors, struct bytes file, struct bytes authority, int64_t now);

/* Judges a certificate and those above it, leaf first; the test fails when the row says something else. */
void pathcase_judge(const struct pathcase *row, const struct bytes_list *chain,
		    const struct anchors *anchors, int64_t now);

#endif
