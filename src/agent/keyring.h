/*
 * keyring: how far this device's keys have come, by the files of its state.
 */
#ifndef AGENT_KEYRING_H
#define AGENT_KEYRING_H

#include "agent/settings.h"
#include "agent/state.h"
#include "attest/keystate.h"

/*
 * The device's own view. It is told and compared, and decides nothing: an enrolment does all of its work
 * whatever is here. AGENT_STATE, SYS_MEMORY.
 */
MUST fault keyring_find(struct state *state, const struct settings *settings, struct arena *arena,
			enum keystate *ret);

/* Notes which CA the certificates are of, which were just put. AGENT_STATE. */
MUST fault keyring_put(struct state *state, const struct settings *settings);

/* Forgets the keys, and a request that was made with them. AGENT_STATE. */
MUST fault keyring_delete(struct state *state);

#endif
