/*
 * proofs: what is noted of a device that proved itself, or failed to.
 *
 * A failure stands until the device proves itself well: neither silence nor an enrolment without proof lifts
 * it.
 */
#ifndef FLOW_PROOFS_H
#define FLOW_PROOFS_H

#include "flow/flow.h"
#include "store/store_device.h"

/* The device was admitted for that purpose; without proof nothing is better than it was. */
MUST fault proofs_put(struct flow *f, struct bytes device_id, uint64_t purpose, bool is_attested,
		      struct arena *a);

/*
 * The device that showed its certificate (NULL: nobody did, so nothing is known of any) was refused. What is
 * not for the device to answer, such as our own faults, octets that are no message or an answer that came
 * late, is not held against it.
 */
MUST fault proofs_refuse(struct flow *f, const struct store_device *shown, uint64_t purpose, fault why,
			 struct arena *a);

#endif
