/*
 * store_tally: how many records a list has, counted to the end, a part at a time.
 *
 * What is counted stands still from the beginning to the end of it. So it has a handle of its own, on which
 * nothing else is asked meanwhile.
 */
#ifndef STORE_STORE_TALLY_H
#define STORE_STORE_TALLY_H

#include "store/store_listing.h"

/* Begins; what q views lives until the end. SYS_FRAME as store_listing_count. */
MUST fault store_tally_open(struct store *s, const struct selection *q, struct arena *a);

/* Goes through the next `records` and adds those that are asked for; is_all when there are no more. */
MUST fault store_tally_next(struct store *s, size_t records, struct store_listing_total *total);

/* Ends, wherever it is. */
void store_tally_close(struct store *s);

#endif
