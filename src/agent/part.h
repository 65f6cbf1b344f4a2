/*
 * part: the files of a bundle of diagnostics. Private to diagnosis.
 *
 * A function writes one file from what was gathered before; what it cannot write it says by its fault, with
 * the words in the struct.
 */
#ifndef AGENT_PART_H
#define AGENT_PART_H

#include <stdio.h>

#include "agent/diagnosis.h"
#include "agent/readiness.h"
#include "agent/rehearsal.h"

#define PART_DETAIL_SIZE 320

/* Areas, as bits; their words are those of MDMDiagnosticsTool.exe. */
enum area {
	AREA_AUTOPILOT = 1,
	AREA_TPM = 2,
	AREA_ENROLMENT = 4,
	AREA_PROVISIONING = 8,
	AREA_ALL = 15,
};

/* Everything that is known of this device. */
struct findings {
	const struct invocation *invocation;
	int64_t now;
	struct readiness *readiness;
	struct device device; /* its TPM is not open when looking at it timed out */
	fault device_why;     /* why there is no TPM to speak of, besides device.no_tpm */
	struct chip_properties about;
	struct chip_health health;
	bool has_health;
	struct state state; /* open to be read; folder -1: it cannot be used */
	fault state_why;
	struct cause lock; /* why nothing may be changed in it; no code: it may */
	struct eksource ek;
	struct rehearsal rehearsal;
	struct arena arena;
	char detail[PART_DETAIL_SIZE]; /* what a fault of a part adds to its own words */
};

#define P(name, function, ...) MUST fault function(struct findings *f, FILE *out);
#include "agent/part.def"
#undef P

#endif
