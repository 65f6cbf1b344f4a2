/*
 * conflict: one TPM, one device. A TPM that claims what the records give to another is refused and waits here
 * with its evidence until an administrator decides; nothing of the other's is overwritten before.
 */
#ifndef FLOW_CONFLICT_H
#define FLOW_CONFLICT_H

#include "flow/inventory.h"
#include "flow/naming.h"
#include "store/store_conflict.h"

/*
 * Records the claim that naming found, of the device that the refusal's row is about: one row per claimant
 * and claimed, counted, as many as there may be refusals. There is none for what claims nothing or is refused
 * without a record, nor for an EK that neither an anchor (absent: none does) nor our records know, since
 * anybody can make one up.
 */
MUST fault conflict_put(struct flow *f, const struct naming *n, struct bytes anchor,
			const struct store_refusal *refusal);

MUST fault conflict_get(struct flow *f, struct bytes id, struct arena *a, struct store_conflict **ret);

/*
 * Settles an open claim. approve: the claimant's TPM is the device's from now on, as after a new mainboard.
 * replace: what it claims is free for it, and the device that had it is retired. retire: it stays out, also
 * when it comes again. It is the claimant's next attempt that enrols it; what it must prove stays the same.
 * NOT_FOUND; CONFLICT when it was settled before, or when its TPM or registration is another device's still.
 */
MUST fault conflict_approve(struct flow *f, const struct inventory_actor *by, struct bytes id,
			    struct arena *a);
MUST fault conflict_replace(struct flow *f, const struct inventory_actor *by, struct bytes id,
			    struct arena *a);
MUST fault conflict_retire(struct flow *f, const struct inventory_actor *by, struct bytes id,
			   struct arena *a);

#endif
