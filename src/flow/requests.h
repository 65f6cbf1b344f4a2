/*
 * requests: what became of one request of a device, by the id that its screen shows.
 *
 * A refused one is found as long as it is kept (failures.h), an admitted one as long as its reply is.
 */
#ifndef FLOW_REQUESTS_H
#define FLOW_REQUESTS_H

#include "attest/verdict.h"
#include "flow/flow.h"
#include "store/store_decision.h"
#include "store/store_device.h"
#include "store/store_enrolment.h"
#include "store/store_failure.h"

struct requests_found {
	struct store_failure *failure;     /* it came to nothing; or NULL: */
	struct store_enrolment *enrolment; /* it was admitted, */
	struct store_device *device;       /* as this device (NULL: it is gone), */
	struct store_decision_list decisions;
	bool has_outcomes; /* of checks, in this program's edition */
	struct verdict outcomes;
	int64_t begun;         /* when its challenge was made; never: there was none, or that is lost */
	struct bytes evidence; /* digest; absent when it is not kept any more */
};

/* In the arena. NOT_FOUND. */
MUST fault requests_get(struct flow *f, struct bytes request_id, struct arena *a, struct requests_found *ret);

#endif
