/*
 * device: this computer as a server is to know it: its TPM, or why there is none, and its labels.
 */
#ifndef AGENT_DEVICE_H
#define AGENT_DEVICE_H

#include "agent/identity.h"
#include "agent/label.h"
#include "agent/state.h"
#include "tpm/attestation.h"

struct device {
	struct chip chip;
	bool has_tpm;
	char no_tpm[TRIP_REASON_MAX + 1]; /* why not; empty with a TPM */
	struct labels labels;
	const char *event_log; /* path, of the settings; empty: none is to be sent */
	struct identity identity; /* from device_read on, with a TPM */
	struct attestation ak;
	uint32_t errata; /* as in chip_properties */
	struct bytes ak_public;
};

/*
 * Connects to the TPM. That there is none, or one of another version, is no fault but a reason; so is use_tpm
 * being false. CONFIG_INVALID for an unknown key type, other faults as
 * chip_open. device_close may always follow.
 */
MUST fault device_open(struct device *device, const struct settings *settings, bool use_tpm);
void device_close(struct device *device);

/* From now on the device is one without TPM, for that reason. */
void device_leave_tpm(struct device *device, const char *why);

/*
 * Reads the TPM's identity and makes the attestation key, the same one as long as the state has its unique
 * octets. Does nothing without a TPM. Views live in the arena. AGENT_STATE, faults as tpm/chip.h.
 */
MUST fault device_read(struct device *device, struct state *state, struct arena *arena);

/*
 * The same for whoever only looks: nothing is stored, so where the state has no unique octets the attestation
 * key is one that nobody sees again.
 */
MUST fault device_look(struct device *device, struct state *state, struct arena *arena);

#endif
