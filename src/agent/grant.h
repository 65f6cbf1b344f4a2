/*
 * grant: what the server granted: checked before it is believed, then kept.
 */
#ifndef AGENT_GRANT_H
#define AGENT_GRANT_H

#include "agent/state.h"
#include "wire/trip.h"

#define GRANT_DETAIL_SIZE 256

struct grant_question {
	struct bytes request; /* the request of trip 2 that it answers */
	struct bytes root;    /* the pinned root's DER */
	int64_t now;          /* this device's clock */
};

/*
 * Reads and checks the reply of trip 2 (cert/receipt.h); ret borrows from body. REPLY_INVALID unless it is
 * for the keys of the request and all from the pinned root; CERT_E_EXPIRED when a certificate is not valid
 * now. detail then says what is wrong, and by how much the clocks differ.
 */
MUST fault grant_check(struct bytes body, const struct grant_question *question, struct grant *ret,
		       char detail[static GRANT_DETAIL_SIZE]);

/* Stores certificates and device id, the id last. Faults as state_put. */
MUST fault grant_put(const struct grant *grant, struct state *state, struct arena *arena);

/* Removes them, the id first. Faults as state_remove. */
MUST fault grant_delete(struct state *state);

#endif
