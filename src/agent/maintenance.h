/*
 * maintenance: what a TPM needs before it can prove itself, looked after without a server.
 *
 * Whether it is there, may be used, works and is not switched off in part; and a certificate of its EK, from
 * its memory or from its maker. What Windows calls the TPM maintenance task.
 */
#ifndef AGENT_MAINTENANCE_H
#define AGENT_MAINTENANCE_H

#include "agent/invocation.h"

/* The command maintain. Gives the exit code. */
int maintenance_run(const struct invocation *invocation);

#endif
