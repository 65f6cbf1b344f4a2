/*
 * refusal: remembering that a device was turned away, and why, without letting strangers fill the disk.
 */
#ifndef FLOW_REFUSAL_H
#define FLOW_REFUSAL_H

#include "flow/filing.h"
#include "store/store_refusal.h"
#include "store/store_verdict.h"

/* What facts of either trip say of the device that is refused. */
#define REFUSAL_OF(facts, trip_)                                                                             \
	(&(struct store_refusal){                                                                            \
		.trip = (trip_), .request_id = (facts)->request_id, .peer = (facts)->peer,                   \
		.ek_hash = (facts)->ek_hash, .serial = (facts)->serial, .name = (facts)->name,               \
		.manufacturer = (facts)->manufacturer, .model = (facts)->model, .os = (facts)->os,           \
		.os_version = (facts)->os_version, .tpm_maker = (facts)->maker, .tpm_class = (facts)->class, \
		.leniencies = (facts)->leniencies })

/*
 * Counts the failure, and records the refusal under its EK hash, or under address, serial number and name
 * when there is none: the latest per key, counted, at most limits->refusals keys, and none when too many came
 * this second. Malformed input and faults of the service itself are not recorded. Fills the rest of row. The
 * dossier of filing is kept with it, without evidence that is too large for what strangers may leave behind.
 * The request by itself is kept as well (flow/failures.h).
 */
MUST fault refusal_put(struct flow *f, struct store_refusal *row, struct filing *filing, struct arena *a);

/*
 * The verdict of that refusal, without an id, as it stands in the history of a device: outcomes and digest of
 * the evidence are those of its dossier, absent when it has none that can be read. In the arena.
 */
MUST fault refusal_build_verdict(const struct store_refusal *row, struct arena *a, struct store_verdict *ret);

/*
 * The device with that EK (absent: nothing to do) is admitted: its refusal is over, and goes from the
 * refusals into the history of the device, with its evidence, unless the device is admitted on the same: a
 * restriction may be lifted between two sendings of an answer.
 */
struct refusal_end {
	struct bytes ek_hash, device_id;
	struct bytes evidence; /* SHA-256 of what it is admitted on */
};
MUST fault refusal_finish(struct flow *f, const struct refusal_end *end, struct arena *a);

#endif
