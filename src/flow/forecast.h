/*
 * forecast: whom a row of the blocklist would be about, before it is one.
 *
 * Devices are judged by what the records hold of their last proof, a slice at a time in the order of their
 * ids, so that nobody waits for long; each call goes on where the one before ended. Rows that go by errata
 * say nothing here: the records do not hold their date.
 */
#ifndef FLOW_FORECAST_H
#define FLOW_FORECAST_H

#include "flow/flow.h"
#include "policy/blocklist.h"
#include "store/store_device.h"

#define FORECAST_SLICE 1000 /* devices that one call judges */

/* A device that the row refuses, whose keys it wants renewed, or of which it warns. */
struct forecast_hit {
	const struct store_device *device;
	struct blocklist_finding finding;
};

struct forecast {
	uint64_t devices; /* of this slice */
	size_t n;
	const struct forecast_hit *v;
	struct bytes after; /* where the next call begins; absent after the last */
};

/*
 * Judges the next slice of active devices, those behind `after`, by that row alone; all of ret lives in the
 * arena or borrows from in. PARSE_FIELD as blocklist_parse_row; SYS_STORAGE, SYS_MEMORY.
 */
MUST fault forecast_list(struct flow *f, const struct blocklist_new *in, struct bytes after, struct arena *a,
			 struct forecast *ret);

#endif
