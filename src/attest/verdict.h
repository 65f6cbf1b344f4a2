/*
 * verdict: the outcomes of all checks, and which of them were required.
 *
 * The checks are the rows of checks.def. Verify judges its rows from the evidence (attest/evaluate.h), core
 * judges its own and closes the verdict with the list of required ones. Zero is distrust: an outcome of
 * zero is "not run", and a verdict of zeros requires nothing and is not trusted.
 */
#ifndef ATTEST_VERDICT_H
#define ATTEST_VERDICT_H

#include "base/fault.h"

/* Raised with every change of the rows or their order; stored with each verdict. */
#define VERDICT_EDITION 9

enum outcome {
	NOT_RUN = 0,    /* nobody judged it, or what it depends on failed */
	FAILED,
	NOT_APPLICABLE, /* there is nothing it could be about; still not a pass */
	PASSED,
};

enum check_id {
#define C(id, ...) CHECK_##id,
#include "attest/checks.def"
#undef C
	CHECK_COUNT
};

/* What a check is about. */
enum check_subject {
	SUBJECT_FRESH = 0, /* the conversation */
	SUBJECT_EK_CERT,
	SUBJECT_EK,
	SUBJECT_AK,
	SUBJECT_CERTIFY,
	SUBJECT_KEY, /* the device key */
	SUBJECT_QUOTE,
	SUBJECT_FIRMWARE,
	SUBJECT_CSR,
	SUBJECT_TOKEN,
	SUBJECT_USER,
	SUBJECT_COUNT
};

/* Which role judges it. */
enum check_judge { BY_VERIFY = 0, BY_CORE };

struct verdict_check {
	const char *name; /* without CHECK_: what stored records, API and manual call it */
	fault why;        /* the fault when it does not pass */
	enum check_subject subject;
	enum check_judge by;
	const char *clause;
	const char *sentence; /* true when it passed */
};

extern const struct verdict_check verdict_checks[CHECK_COUNT];

struct verdict {
	uint8_t of[CHECK_COUNT];       /* enum outcome */
	uint8_t required[CHECK_COUNT]; /* 1: trust needs this row */
};

/* True when at least one row is required and every required row passed. */
MUST bool is_verdict_trusted(const struct verdict *v);

/*
 * Why a verdict is not trusted: the fault of the first required row that did not pass. NULL when it is
 * trusted; BUG when no row is required, since whoever closed it forgot to say what it takes.
 */
MUST fault verdict_fault(const struct verdict *v);

/* Settles one row. Everything that judges goes through here, but for rows that are left not run. */
void verdict_judge(uint8_t outcomes[static CHECK_COUNT], enum check_id check, bool passed);

/*
 * Reads the outcomes that verify sent, one octet per row, into ret, with nothing required yet. SYS_FRAME
 * for another number of rows, an octet that is no outcome, or a row of core's that verify claims to have
 * judged.
 */
MUST fault verdict_parse(struct bytes outcomes, struct verdict *ret);

/* The row of that name, or NULL. */
const struct verdict_check *verdict_find(struct bytes name);

/*
 * The name of an outcome in reports: "not run", "failed", "not applicable", "passed"; of anything else "not
 * run".
 */
const char *verdict_word(uint8_t outcome);

#endif
