/*
 * diagnosis: all that support needs to know of this device, in one CAB.
 *
 * The files are part.def, their names those that administrators search for. Nothing in it is a secret.
 * Whatever cannot be had, for want of a TPM, a network or a right, is left out and named with its cause.
 */
#ifndef AGENT_DIAGNOSIS_H
#define AGENT_DIAGNOSIS_H

#include "agent/invocation.h"

/* The command diag. Gives the exit code. */
int diagnosis_run(const struct invocation *invocation);

/*
 * The same bundle of all areas as octets in the arena; nothing is printed. SYS_MEMORY; BODY_LIMIT when it is
 * larger than a server takes.
 */
MUST fault diagnosis_build(const struct settings *settings, struct arena *arena, struct bytes *ret_cab);

#endif
