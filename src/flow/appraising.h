/*
 * appraising: whether a device is compliant at this moment, and what follows when that is another than
 * before.
 *
 * Whoever asks gets an answer from times (policy/compliance.h). What follows from a change, which is holds of
 * certificates and what people are told, is done when the device proves itself, fails to, checks in, or when
 * the time comes at which its state changes by itself.
 */
#ifndef FLOW_APPRAISING_H
#define FLOW_APPRAISING_H

#include "flow/flow.h"
#include "policy/blocklist.h"
#include "policy/compliance.h"
#include "store/store_device.h"

/* The finding borrows policies in force, until the next complying_build, and from the arena. SYS_STORAGE. */
MUST fault appraising_judge(struct flow *f, const struct store_device *d, struct arena *a,
			    struct compliance_finding *ret);

/* The same; DEVICE_NONCOMPLIANT unless the device may go on: *ret_detail says what is amiss, in the arena. */
MUST fault appraising_check(struct flow *f, const struct store_device *d, struct arena *a,
			    struct compliance_finding *ret, const char **ret_detail);

/*
 * The codes of what is amiss, each once, with a blank between, in the arena; absent when nothing is.
 * SYS_MEMORY.
 */
MUST fault appraising_codes(const struct compliance_finding *finding, struct arena *a, struct bytes *ret);

/*
 * Notes what the device is found to be. When that is another than it was last: certificates on hold for it,
 * or off hold, and a line of the device's timeline. NOT_FOUND when there is no such device.
 */
MUST fault appraising_put(struct flow *f, struct bytes device_id, struct arena *a);

/* The same at a check-in, when it may have changed; most of the time nothing is written. */
MUST fault appraising_visit(struct flow *f, const struct store_device *d, struct arena *a);

/* How many devices a sweep looked at, how many of them failed it; why and which it was of the last. */
struct appraising_swept {
	size_t n, failed;
	fault why;
	struct bytes device_id; /* in the arena */
};

/* The same of at most so many devices whose time has come. One that fails does not stop the others. */
MUST fault appraising_sweep(struct flow *f, size_t most, struct arena *a, struct appraising_swept *ret);

/*
 * The device's failed attestation stands no longer, and its firmware may be as old as it is, by an
 * administrator's word. NOT_FOUND; CONFLICT when neither was amiss.
 */
struct inventory_actor;
MUST fault appraising_clear(struct flow *f, const struct inventory_actor *by, struct bytes device_id,
			    struct arena *a);

/*
 * What the records hold of the device's TPM and keys for the blocklist; views are the device's. The date of
 * its errata is not among it. SYS_STORAGE, SYS_MEMORY.
 */
MUST fault appraising_get_tpm(struct flow *f, const struct store_device *d, struct arena *a,
			      struct blocklist_tpm *ret);

/* How many devices there were of each state when they were last looked at. */
struct appraising_count {
	uint64_t of[COMPLIANCE_STATE_COUNT];
};
MUST fault appraising_count(struct flow *f, struct appraising_count *ret);

#endif
