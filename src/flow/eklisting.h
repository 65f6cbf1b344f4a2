/*
 * eklisting: the lists of revoked certificates that TPM makers publish: noted when the chain of a device that
 * the records name leads to an anchor and names one, fetched again and again, and put in force.
 *
 * doc/decisions/revocation.md says what a list that is missing or old means.
 */
#ifndef FLOW_EKLISTING_H
#define FLOW_EKLISTING_H

#include "attest/ekchain.h"
#include "flow/flow.h"
#include "store/store_eklist.h"

/* --- in verify ----------------------------------------------------------------------------------------- */

/* Lists that certificates on the way name and the snapshot lacks: `eklist_point` in the arena. SYS_MEMORY. */
MUST fault eklisting_find(const struct ekchain_way *way, const struct anchors *anchors, struct arena *a,
			  struct bytes_list *ret);

/*
 * Reads a file that was fetched: fills ret, whose number says why it is not the list. SYS_FRAME when the
 * request itself is not understood, SYS_MEMORY.
 */
MUST fault eklisting_examine(const struct examine *in, struct arena *a, struct examined *ret);

/* --- in core ------------------------------------------------------------------------------------------- */

/* Notes lists that facts say are lacking (`eklist_point` each), unless they are known. */
MUST fault eklisting_put(struct flow *f, const struct bytes_list *unlisted);

/*
 * The list that is to be fetched now, put off to its next turn, or NULL. The row lives in the arena, and so
 * does ret_point, the message that names it.
 */
MUST fault eklisting_find_due(struct flow *f, struct arena *a, struct store_eklist **ret,
			      struct bytes *ret_point);

/* What became of fetching it; list is an `eklist` message, absent after a fault. */
struct eklisting_result {
	struct bytes id;
	fault why;
	struct bytes detail;
	struct bytes list;
};

/*
 * Records it. A list that is another than the one in force, and not older, takes its place from the next
 * commit on, by the changes of ret_answer; an older one is CRL_INVALID, and one too many FETCH_SIZE, both in
 * the row.
 */
MUST fault eklisting_finish(struct flow *f, const struct eklisting_result *result, struct arena *a,
			    struct flow_answer *ret_answer);

MUST fault eklisting_get(struct flow *f, struct bytes id, struct arena *a, struct store_eklist **ret);
MUST fault eklisting_list(struct flow *f, struct store_page page, struct arena *a,
			  struct store_eklist_list *ret);

/* "missing", "current", "stale". */
const char *eklisting_word(const struct store_eklist *row, int64_t now);

#endif
