/*
 * fleet: the commands about devices: many of them, enrolled by several processes at once.
 *
 * Each reads its options and prints what it found. A fault may leave more words in o->detail.
 */
#ifndef SIM_FLEET_H
#define SIM_FLEET_H

#include "sim/options.h"

#define FLEET_DEVICES_MAX 1000000
#define FLEET_PROCESSES_MAX 256

/*
 * Enrols the devices and prints how each fared. STATE_INVALID when one did not fare as it should: honest
 * devices are granted, tampering ones get the fault of their row.
 */
MUST fault fleet_run_enroll(struct options *o);

/* Prints the EK hash of each device, one a line, making keys that are not there yet. */
MUST fault fleet_run_registrations(struct options *o);

/* Prints the table of tamperings: name, the fault expected or "granted", and what it is. */
MUST fault fleet_run_tamperings(struct options *o);

#endif
