/*
 * refusal: remembering that a device was turned away, and why, without letting strangers fill the disk.
 */
#ifndef FLOW_REFUSAL_H
#define FLOW_REFUSAL_H

#include "flow/flow.h"

struct refusal {
	fault why;
	int trip;
	struct bytes request_id, peer;
	struct bytes ek_hash;
	struct bytes serial, name, manufacturer, model, os, os_version;
	struct bytes tpm_maker;
	uint64_t tpm_class;
	struct bytes evidence;
};

/* What facts of either trip say of the device that is refused. */
#define REFUSAL_OF(facts, why_, trip_)                                                                       \
	(struct refusal)                                                                                     \
	{                                                                                                    \
		.why = (why_), .trip = (trip_), .request_id = (facts)->request_id, .peer = (facts)->peer,    \
		.ek_hash = (facts)->ek_hash, .serial = (facts)->serial, .name = (facts)->name,               \
		.manufacturer = (facts)->manufacturer, .model = (facts)->model, .os = (facts)->os,           \
		.os_version = (facts)->os_version, .tpm_maker = (facts)->maker, .tpm_class = (facts)->class, \
		.evidence = (facts)->evidence                                                                \
	}

/*
 * Records the refusal under its EK hash, or under address and serial number when there is none: the latest
 * per key, counted, at most limits->refusals keys, and none when too many came this second. Faults of the
 * service itself are not refusals and not recorded.
 */
MUST fault refusal_put(struct flow *f, const struct refusal *r);

/* The device with that EK made it: its refusal is over. */
MUST fault refusal_delete(struct flow *f, struct bytes ek_hash);

#endif
