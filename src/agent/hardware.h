/*
 * hardware: what an administrator registers a device by: serial number and EK hashes, and what it is made of.
 */
#ifndef AGENT_HARDWARE_H
#define AGENT_HARDWARE_H

#include "agent/invocation.h"

/* The command hardware-hash. Gives the exit code. */
int hardware_run(const struct invocation *invocation);

#endif
