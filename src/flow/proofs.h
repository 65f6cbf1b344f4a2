/*
 * proofs: what is noted of a device that proved itself, or failed to.
 *
 * A failure stands until the device proves itself well: neither silence nor an enrolment without proof lifts
 * it.
 */
#ifndef FLOW_PROOFS_H
#define FLOW_PROOFS_H

#include "flow/flow.h"
#include "policy/interval.h"
#include "store/store_device.h"
#include "store/store_proof.h"

/* NULL when the device never tried. */
MUST fault proofs_find(struct flow *f, struct bytes device_id, struct arena *a, struct store_proof **ret);

/* A device was admitted. */
struct proofs_good {
	struct bytes device_id;
	uint64_t purpose;
	bool is_attested;
	const struct interval *interval; /* since the one before, as it was judged */
	const char *story;               /* of it, by proofs_read */
	struct bytes anchor;             /* that the EK's certificate leads to; absent: none */
};

/* What happened to the device's TPM since its last good proof, for people, in the arena; NULL: nothing. */
MUST fault proofs_read(struct flow *f, struct bytes device_id, const struct interval *i, struct arena *a,
		       const char **ret);

/* Without proof nothing is better than it was. */
MUST fault proofs_put(struct flow *f, const struct proofs_good *good, struct arena *a);

/*
 * The device that showed its certificate (NULL: nobody did, so nothing is known of any) was refused. What is
 * not for the device to answer, such as our own faults, octets that are no message or an answer that came
 * late, is not held against it.
 */
MUST fault proofs_refuse(struct flow *f, const struct store_device *shown, uint64_t purpose, fault why,
			 struct arena *a);

#endif
