/*
 * bundles: diagnostics that devices were told to collect: the latest of each device, of so many devices.
 */
#ifndef FLOW_BUNDLES_H
#define FLOW_BUNDLES_H

#include "flow/flow.h"
#include "store/store_bundle.h"

/*
 * Keeps what a device sent for its open command, which is then over. The faults of checkin_find_device;
 * COMMAND_OVER when nobody asks for it, or not any more. The same again is answered as before.
 */
MUST fault bundles_take(struct flow *f, const struct diagnostics *sent, struct arena *a,
			struct flow_answer *ret);

/* NOT_FOUND. */
MUST fault bundles_get(struct flow *f, struct bytes device_id, struct arena *a, struct store_bundle **ret);

#endif
