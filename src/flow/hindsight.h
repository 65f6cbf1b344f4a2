/*
 * hindsight: what would become of a device that was refused if it came again now, and which single change
 * would let it in.
 *
 * What it proved is as it was then (its dossier), what the records, profiles, restrictions and the blocklist
 * say is as it is now.
 */
#ifndef FLOW_HINDSIGHT_H
#define FLOW_HINDSIGHT_H

#include "flow/flow.h"
#include "policy/counterfactual.h"
#include "store/store_refusal.h"

struct hindsight {
	bool is_known;  /* its dossier can be read, and by this program */
	bool is_second; /* it had answered a challenge: otherwise it would only be asked for its proof */
	fault now;      /* what it would be told; NULL: nothing stands in its way any more */
	struct counterfactual_list list;
};

/* Texts are in the arena, or live as long as the rules in force. SYS_STORAGE, SYS_MEMORY. */
MUST fault hindsight_build(struct flow *f, const struct store_refusal *row, struct arena *a,
			   struct hindsight *ret);

#endif
