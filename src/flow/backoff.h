/*
 * backoff: when something that others publish is asked for again.
 */
#ifndef FLOW_BACKOFF_H
#define FLOW_BACKOFF_H

#include "flow/flow.h"

/*
 * After that many attempts that failed: fetch.retry_seconds, doubled each time, up to a day, and spread as
 * below. SYS_RNG.
 */
MUST fault backoff_find(const struct flow *f, uint64_t tries, int64_t *ret);

/* The same with a first pause and a longest of one's own. */
struct backoff_rule {
	uint64_t first_s, most_s;
};
MUST fault backoff_find_by(const struct flow *f, const struct backoff_rule *rule, uint64_t tries,
			   int64_t *ret);

/* now and about delay_s more: up to an eighth is taken off by chance, so that not all servers ask at once. */
MUST fault backoff_spread(int64_t now, int64_t delay_s, int64_t *ret);

#endif
