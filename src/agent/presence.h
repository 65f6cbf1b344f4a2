/*
 * presence: an enrolled device is there, and says so whenever the server wants to hear it.
 */
#ifndef AGENT_PRESENCE_H
#define AGENT_PRESENCE_H

#include "agent/invocation.h"

/*
 * The command run: checks in again and again, with --once a single time. Between two check-ins it holds
 * neither TPM, nor state, nor connection. Gives the exit code; without --once it does not return.
 */
int presence_run(const struct invocation *invocation);

#endif
