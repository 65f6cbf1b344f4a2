/*
 * challenge: the first trip, in core: is this device ours, is it worth a challenge, and which.
 */
#ifndef FLOW_CHALLENGE_H
#define FLOW_CHALLENGE_H

#include "flow/flow.h"

struct challenge_result {
	struct arena *arena;          /* where all of it lives */
	struct flow_answer answer; /* why it is refused; or the challenge of a device without attestation */
	bool has_credential;          /* verify is to wrap `credential` and answer with the challenge in it */
	struct credential credential;
};

/*
 * Decides and draws secret, nonce and ticket. A refusal is recorded and stands in ret->answer.why; the fault
 * returned is about the server itself. Everything lives in the arena.
 */
MUST fault challenge_build(struct flow *f, const struct begin_facts *facts, struct arena *a,
			   struct challenge_result *ret);

#endif
