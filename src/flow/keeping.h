/*
 * keeping: how far a device's keys have come by the server's records, and by the device's own account.
 */
#ifndef FLOW_KEEPING_H
#define FLOW_KEEPING_H

#include "attest/keystate.h"
#include "flow/flow.h"
#include "store/store_device.h"

/*
 * The server's view; NULL: there is no such device. A certificate that is held counts, since it may again.
 * SYS_STORAGE.
 */
MUST fault keeping_find(struct flow *f, const struct store_device *d, enum keystate *ret);

/* A device came with an answer that is good. */
struct keeping_visit {
	const struct store_device *before; /* as the records had it; NULL: it is new */
	struct bytes device_id, request_id;
	uint64_t said; /* its own view when it came, enum keystate */
};

/*
 * Compares both views as they were, and notes in the audit when they differ: what is enrolled now mends that.
 * Nothing is noted of a device that says nothing, or that both sides see for the first time.
 */
MUST fault keeping_note(struct flow *f, const struct keeping_visit *v);

/* The device proved that it holds the keys of the set it was given last. SYS_STORAGE. */
MUST fault keeping_confirm(struct flow *f, const struct store_device *d);

#endif
