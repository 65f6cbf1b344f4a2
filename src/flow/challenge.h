/*
 * challenge: the first trip, in core: is this device ours, is it worth a challenge, and which.
 */
#ifndef FLOW_CHALLENGE_H
#define FLOW_CHALLENGE_H

#include "attest/verdict.h"
#include "flow/naming.h"
#include "policy/vouch.h"

struct challenge_result {
	struct arena *arena;          /* where all of it lives */
	struct flow_answer answer;    /* too many attempts; or the challenge, still without its credential */
	bool has_credential;          /* verify is to wrap `credential` and answer with the challenge in it */
	struct credential credential;
	struct naming naming;         /* of a refusal: what the device claimed of another's */
	struct verdict first;         /* of a refusal: outcomes so far, and what proof would have taken */
	enum vouch_by by;             /* of a refusal: on whose word the device was judged, if it was */
};

/*
 * Decides and draws secret, nonce and ticket. The fault returned is why not; core then calls challenge_refuse
 * when the device is to blame. Too many attempts stand in ret->answer. Everything lives in the arena.
 */
MUST fault challenge_build(struct flow *f, const struct begin_facts *facts, struct arena *a,
			   struct challenge_result *ret);

/* Records the refusal with what challenge_build left in r, and counts the failure. */
MUST fault challenge_refuse(struct flow *f, const struct begin_facts *facts, const struct challenge_result *r,
			    fault why);

#endif
