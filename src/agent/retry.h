/*
 * retry: what a device does about a fault on its way through the two trips.
 */
#ifndef AGENT_RETRY_H
#define AGENT_RETRY_H

#include "agent/cause.h"

enum retry_next {
	RETRY_STOP = 0,
	RETRY_AGAIN, /* with what is pending */
	RETRY_ANEW,  /* from the first trip */
};

/* Whatever is not worth a retry ends it. */
enum retry_next retry_find(const struct cause *cause, fault f);

#endif
