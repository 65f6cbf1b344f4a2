/*
 * missing: CA certificates that are missing above EK certificates: noted when a device is refused for lack of
 * one, fetched from where its maker says it is, and shown to an administrator, who decides.
 *
 * Whatever is approved becomes an intermediate: it helps to find the way to an anchor and vouches for nobody.
 * doc/decisions/fetch.md says why even one that leads to an anchor waits for a person.
 */
#ifndef FLOW_MISSING_H
#define FLOW_MISSING_H

#include "flow/inventory.h"
#include "store/store_issuer.h"

struct anchors;

/* --- in verify ----------------------------------------------------------------------------------------- */

/* What is missing above that chain, as a message `missing` in the arena; absent when that cannot be said. */
struct bytes missing_find(const struct bytes_list *chain, const struct anchors *anchors, struct arena *a);

/*
 * Reads a file that was fetched: fills ret, whose number says why it is not what was missing. SYS_FRAME when
 * the request itself is not understood, SYS_MEMORY.
 */
MUST fault missing_examine(const struct examine *in, const struct anchors *anchors, struct arena *a,
			  struct examined *ret);

/* --- in core ------------------------------------------------------------------------------------------- */

/* Notes what is missing above the certificate of a refused device; message is absent when nothing is. */
MUST fault missing_put(struct flow *f, struct bytes message, struct bytes ek_hash);

/*
 * The certificate that is to be fetched now, marked as tried and put off to its next turn, or NULL. The row
 * lives in the arena, and so does ret_missing, the message that names it.
 */
MUST fault missing_find_due(struct flow *f, struct arena *a, struct store_issuer **ret,
			   struct bytes *ret_missing);

/* What became of fetching it. A row that is gone or decided stays as it is. */
struct missing_result {
	struct bytes id;
	fault why;
	struct bytes detail;
	struct examined examined;
};
MUST fault missing_finish(struct flow *f, const struct missing_result *result, struct arena *a);

/* Who decides about which. */
struct missing_order {
	const struct inventory_actor *by;
	struct bytes id;
};

/*
 * What is approved is trusted as an intermediate from the next commit on, what is rejected is not, or no
 * longer; by the changes of ret_answer. ISSUER_MISSING when there is nothing to approve, NOT_FOUND.
 */
MUST fault missing_approve(struct flow *f, const struct missing_order *order, struct arena *a,
			   struct flow_answer *ret_answer);
MUST fault missing_reject(struct flow *f, const struct missing_order *order, struct arena *a,
			  struct flow_answer *ret_answer);
MUST fault missing_get(struct flow *f, struct bytes id, struct arena *a, struct store_issuer **ret);
MUST fault missing_list(struct flow *f, struct store_page page, struct arena *a,
		       struct store_issuer_list *ret);

/* "missing", "pending", "approved", "rejected". */
const char *missing_word(enum store_issuer_state state);

#endif
