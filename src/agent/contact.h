/*
 * contact: a connection to the server on which it knows this device, by its certificate and key.
 *
 * While it is open it holds the state folder and the TPM, so it is closed as soon as it was of use.
 */
#ifndef AGENT_CONTACT_H
#define AGENT_CONTACT_H

#include "agent/post.h"
#include "agent/tlskey.h"

struct contact {
	struct chip chip;
	struct state state;
	struct tlskey key;
	struct post post;
	struct arena arena; /* of requests and replies; lives until contact_done */
};

/*
 * Opens state, TPM, key and connection. The faults of state_open, tlskey_open and post_open; contact_close
 * and contact_done may always follow.
 */
MUST fault contact_open(const struct settings *settings, struct contact *ret);

/* Lets go of everything but the arena; and of that. */
void contact_close(struct contact *c);
void contact_done(struct contact *c);

/* The cause of a fault of this computer's own, with what its state or its TPM says of it. */
struct cause contact_cause_here(fault why, const struct state *state, const struct chip *chip);

/* Why it was of no use, in the words of whoever said so. Before contact_close. */
struct cause contact_cause(const struct contact *c, fault why);

#endif
