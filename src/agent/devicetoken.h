/*
 * devicetoken: the short statement of the server about this device (cert/jwt.h), for a proof of its device
 * key.
 */
#ifndef AGENT_DEVICETOKEN_H
#define AGENT_DEVICETOKEN_H

#include "agent/invocation.h"
#include "agent/post.h"
#include "agent/state.h"
#include "tpm/chip.h"

struct devicetoken_plan {
	struct chip *chip;   /* NULL: there is no TPM */
	struct state *state;
	struct post *post;   /* open; its cause is that of a fault in talking to the server */
	struct arena *arena; /* of all results */
};

struct devicetoken {
	const char *text;
	int64_t expires;
};

/* Asks for one: two requests. Faults as devicekey_get and post_send; REPLY_INVALID. */
MUST fault devicetoken_get(const struct devicetoken_plan *plan, struct devicetoken *ret);

/* The command token. Gives the exit code. */
int devicetoken_run(const struct invocation *invocation);

#endif
