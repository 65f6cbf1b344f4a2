/*
 * rate: how many in an hour. A window begins with its first event and forgets all of them when it ends.
 */
#ifndef SIGN_RATE_H
#define SIGN_RATE_H

#include "base/fault.h"

#define RATE_WINDOW_S 3600

struct rate {
	uint64_t max;
	uint64_t count;
	int64_t start;
};

/* Counts one event. A clock set back begins the window anew without forgetting what was counted. */
void rate_put(struct rate *r, int64_t now);

/* SIGNER_RATE when one more now would be too many. */
MUST fault rate_check(const struct rate *r, int64_t now);

/* Seconds until rate_check passes; zero when it does already. */
uint64_t rate_left_s(const struct rate *r, int64_t now);

#endif
