/*
 * pace: the pauses between attempts at something that may succeed later.
 */
#ifndef AGENT_PACE_H
#define AGENT_PACE_H

#include "agent/cause.h"

struct pace {
	const char *what; /* is tried; for people */
	uint64_t first_ms;
	unsigned attempt, attempts; /* how many were made, and how many may be; 0: any number */
	int64_t most_ms;            /* longest pause; 0: a minute */
};

/*
 * Says on standard error why the last attempt failed and when the next one comes, and waits: doubling pauses
 * up to a minute, half of each at random so that a fleet does not come back at once; longer if a server
 * asked.
 */
void pace_wait(const struct pace *pace, const struct cause *cause);

#endif
