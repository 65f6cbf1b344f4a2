/*
 * testifying: what this server says of a device to services that ask, as ca signs it (cert/result.h).
 */
#ifndef FLOW_TESTIFYING_H
#define FLOW_TESTIFYING_H

#include "flow/flow.h"

#define TESTIFYING_LIFE_S 600

/*
 * The result of the device as the records have it now, in the arena: also of one that is not compliant.
 * DEVICE_RETIRED, DEVICE_QUARANTINED; NOT_FOUND; SYS_RNG.
 */
MUST fault testifying_build(struct flow *f, struct bytes device_id, struct arena *a,
			    const struct result **ret);

#endif
