/*
 * machine: what this computer is made of, as the kernel says: names of parts, which prove nothing, for
 * whoever compares a machine with its registration.
 */
#ifndef AGENT_MACHINE_H
#define AGENT_MACHINE_H

#include "agent/label.h"

#define MACHINE_MACS_MAX 8

/* Texts are empty when unknown. */
struct machine {
	char uuid[TRIP_LABEL_MAX + 1]; /* of SMBIOS (DSP0134 §7.2.1) */
	char disk[TRIP_LABEL_MAX + 1]; /* serial number of the first disk that has one */
	size_t macs_n;
	char macs[MACHINE_MACS_MAX][TRIP_LABEL_MAX + 1]; /* of network cards, not of bridges and the like */
};

struct machine machine_get(void);

#endif
