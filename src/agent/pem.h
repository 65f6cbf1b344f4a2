/*
 * pem: DER as the text that other software reads (RFC 7468).
 */
#ifndef AGENT_PEM_H
#define AGENT_PEM_H

#include "agent/state.h"

#define PEM_CERTIFICATE "CERTIFICATE"

/* One block per item, in the arena. SYS_MEMORY when that is full. */
MUST fault pem_build(const char *label, const struct bytes_list *items, struct arena *arena,
		     struct bytes *ret);

/* The DER of the first block, which must have that label, in the arena. KEY_FILE when it is not so. */
MUST fault pem_parse(struct bytes text, const char *label, struct arena *arena, struct bytes *ret);

/* The same of a file of the state; absent when there is none. The faults of state_find too. */
MUST fault pem_find(struct state *state, const char *name, const char *label, struct arena *arena,
		    struct bytes *ret);

#endif
