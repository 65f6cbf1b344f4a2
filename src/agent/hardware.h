/*
 * hardware: what an administrator registers a device by: serial number and EK hashes, and what it is made of.
 */
#ifndef AGENT_HARDWARE_H
#define AGENT_HARDWARE_H

#include <stdio.h>

#include "agent/device.h"
#include "agent/invocation.h"

/* What hardware-hash --csv prints, of an open device that knows its identity. Faults as tpm/chip.h. */
MUST fault hardware_print_csv(struct device *device, FILE *out);

/* The command hardware-hash. Gives the exit code. */
int hardware_run(const struct invocation *invocation);

#endif
