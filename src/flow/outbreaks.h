/*
 * outbreaks: noticing that one fault befalls many devices of one maker or issuer at once (policy/outbreak.h),
 * and remembering it for people who look later.
 */
#ifndef FLOW_OUTBREAKS_H
#define FLOW_OUTBREAKS_H

#include "flow/flow.h"
#include "policy/outbreak.h"
#include "store/store_outbreak.h"

/* What began, lasts or ended in a round; those that last are not told. */
struct outbreaks_news {
	size_t n;
	struct outbreaks_change {
		enum outbreak_change change;
		struct store_outbreak *row;
	} *v;
};

/*
 * One round: compares the failures of the window with the outbreaks that are open, and forgets what is too
 * old or too much. What is new lives in the arena.
 */
MUST fault outbreaks_judge(struct flow *f, struct arena *a, struct outbreaks_news *ret);

/* In order of time. */
MUST fault outbreaks_list(struct flow *f, struct store_page page, struct arena *a,
			  struct store_outbreak_list *ret);

#endif
