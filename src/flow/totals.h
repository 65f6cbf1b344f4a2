/*
 * totals: in desk, how many there are of what people ask for again and again, as saved views do.
 *
 * A list counts for some 40 ms (store/store_listing.h). What was not counted to its end by then is counted
 * here, when nobody waits for an answer, and kept as of that time; then again, as long as somebody asked
 * within a day, and seldom enough that counting takes little of the time.
 */
#ifndef FLOW_TOTALS_H
#define FLOW_TOTALS_H

#include "store/store_listing.h"

#define TOTALS_MAX 32       /* that are kept; a new one takes the place of what was not asked for longest */
#define TOTALS_AGE_S 600    /* what was counted longer ago is told to nobody */
#define TOTALS_RECORDS 5000 /* of a part: a few milliseconds */

struct totals;

/* Counts with that handle, which nobody else asks (store_open_lists). Ends the process without memory. */
struct totals *totals_new(struct store *own);
void totals_free(struct totals *t);

/* What is known of the question; false: nothing. Its pages, order and members do not matter. */
bool totals_find(struct totals *t, const struct selection *q, int64_t now, struct store_listing_total *ret);

/* It is asked for, and to be counted. */
void totals_put(struct totals *t, const struct selection *q, int64_t now);

/* Counts a part of what is due. False: nothing is. What cannot be counted is forgotten. */
bool totals_walk(struct totals *t, int64_t now);

#endif
