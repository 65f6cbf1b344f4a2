/*
 * entrance: administrators whose codes are being exchanged (flow/authcode.h): errands in the order they came,
 * and who waits for each. A fixed number: fetch does one thing after the other.
 */
#ifndef SERVER_ENTRANCE_H
#define SERVER_ENTRANCE_H

#include "flow/authcode.h"
#include "proc/link.h"

#define ENTRANCE_MAX 8

struct entrance;

/* Ends the process when there is no memory. */
struct entrance *entrance_new(void);
void entrance_free(struct entrance *e);

/* Who waits: a request of that id, on that link; NULL when it has gone. */
struct entrance_waiter {
	struct link *link;
	uint64_t id;
};

/* Copies the errand to the end. SYS_BUSY when there are as many as may be. */
MUST fault entrance_put(struct entrance *e, const struct authcode_errand *errand,
			const struct entrance_waiter *waiter);

/* The first, until it is taken; NULL when there is none. */
const struct authcode_errand *entrance_find(const struct entrance *e);

/* Takes the first away. BUG when there is none. */
MUST fault entrance_take(struct entrance *e, struct entrance_waiter *ret);

/* The link is gone: whoever waits there waits no more. */
void entrance_forget(struct entrance *e, const struct link *link);

#endif
