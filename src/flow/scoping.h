/*
 * scoping: to whom something applies, as administrators say it.
 */
#ifndef FLOW_SCOPING_H
#define FLOW_SCOPING_H

#include "flow/flow.h"
#include "policy/scope.h"

/* What is said, and what a record has: its own before, its own from then on. */
struct scoping {
	struct bytes include, exclude; /* a filter by id or name; empty: none; absent: as it was */
	uint64_t mode;                 /* enum scope_mode */
	struct bytes filter_id;
};

/*
 * Reads what is said into mode and filter_id, in the arena. PARSE_FIELD when both are said, NOT_FOUND for a
 * filter that is not there; *ret_detail is then a sentence.
 */
MUST fault scoping_read(struct flow *f, struct scoping *s, struct arena *a, const char **ret_detail);

#endif
