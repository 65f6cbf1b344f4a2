/*
 * inspect_finding: what was found of one file: facts, outcomes of checks, and what follows from them.
 */
#ifndef CLI_INSPECT_FINDING_H
#define CLI_INSPECT_FINDING_H

#include <jansson.h>

#include "attest/verdict.h"

/* Zero is distrust. */
enum inspect_outcome { INSPECT_REFUSED = 0, INSPECT_PARSED, INSPECT_ACCEPTED };

struct inspect_finding {
	struct verdict verdict;    /* required: what acceptance needs */
	bool listed[CHECK_COUNT];  /* what the report shows */
	bool is_closed;            /* required is the server's: no other row refuses */
	json_t *facts;             /* an object, owned */
};

void inspect_finding_init(struct inspect_finding *f);
void inspect_finding_done(struct inspect_finding *f);

/* The row is shown. */
void inspect_finding_list(struct inspect_finding *f, enum check_id check);

/* The row is shown, and acceptance needs it. */
void inspect_finding_require(struct inspect_finding *f, enum check_id check);

/* All rows of a subject that evidence alone decides, as inspect_finding_require. */
void inspect_finding_require_subject(struct inspect_finding *f, enum check_subject subject);

/* Sets the outcome of a row. */
void inspect_finding_judge(struct inspect_finding *f, enum check_id check, bool passed);

/* Facts; an absent view or text that cannot be shown is null. Times are seconds UTC, shown as RFC 3339. */
void inspect_finding_put(struct inspect_finding *f, const char *name, json_t *value);
void inspect_finding_put_text(struct inspect_finding *f, const char *name, struct bytes text);
void inspect_finding_put_hex(struct inspect_finding *f, const char *name, struct bytes octets);
void inspect_finding_put_number(struct inspect_finding *f, const char *name, uint64_t number);
void inspect_finding_put_time(struct inspect_finding *f, const char *name, int64_t seconds);
void inspect_finding_put_digest(struct inspect_finding *f, const char *name, struct bytes octets);

/*
 * The outcome, and the fault of a refusal: why, unless NULL; else, unless closed, that of the first row that
 * failed.
 */
enum inspect_outcome inspect_finding_outcome(const struct inspect_finding *f, fault why, fault *ret);

/* "refused", "parsed", "accepted". */
const char *inspect_finding_word(enum inspect_outcome outcome);

/* The checks as an array of objects with check, outcome, detail and, if closed, required. */
json_t *inspect_finding_checks(const struct inspect_finding *f);

#endif
