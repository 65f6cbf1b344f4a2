/*
 * failures: what failed, with how many devices of whom, over a bounded time.
 */
#ifndef FLOW_FAILURES_H
#define FLOW_FAILURES_H

#include "flow/filing.h"
#include "store/store_failure.h"
#include "store/store_refusal.h"

#define FAILURES_GROUPS_MAX 20 /* of a list: those of most devices */
#define FAILURES_SLOTS 24      /* of the time that a list is about */

/* Keeps the request that row and filing are about; with the refusal, in the same transaction. */
MUST fault failures_put(struct flow *f, const struct store_refusal *row, const struct filing *filing);

struct failures_group {
	struct store_failure_sum *sum;
	uint64_t slots[FAILURES_SLOTS];
};

struct failures_list {
	int64_t since, slot_s;
	size_t slots; /* that have begun, at most FAILURES_SLOTS */
	size_t n;
	struct failures_group *v;
};

/*
 * What failed from since on (0: since a day ago), by cause or by whom: at most FAILURES_GROUPS_MAX groups,
 * those of most devices first, in the arena. Slots are whole hours where the time is a day or longer.
 */
MUST fault failures_list(struct flow *f, int64_t since, enum store_failure_by by, struct arena *a,
			 struct failures_list *ret);

/* The words by which a list can be made: cause, maker, issuer, profile, model. 0 for any other. */
enum store_failure_by failures_by(struct bytes word);

#endif
