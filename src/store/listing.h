/*
 * listing: the statements of lists (store/listing.def), composed. Internal to store/.
 *
 * A page behind a row is made of steps: those with equal values of all sorts and a greater key, then those
 * equal in all sorts but the last and beyond in that, and so on. Each step is read by an index from where it
 * begins.
 */
#ifndef STORE_LISTING_H
#define STORE_LISTING_H

#include "store/store_listing.h"
#include "store/value.h"

struct listing_statement {
	const char *text;
	const struct record *gives; /* NULL: one number */
	size_t extra;               /* columns behind the record: the values of the sorts and the key */
	size_t n;
	struct value v[VALUES_MAX];
};

/* True when all records of a table are meant, whose number the engine knows how to find. */
bool is_listing_table(const struct selection *q);

/* SYS_FRAME when the selection asks what its view does not have. */
MUST fault listing_check(const struct selection *q);

/*
 * Terms are what a record must meet, all of them: the members of the outermost conjunction. Of those that an
 * index can find the engine would take any, and has no idea which finds few: so whoever runs the page counts
 * a little of each (listing_build_probe) and hides the others from it.
 */
size_t listing_count_terms(const struct selection *q);

/*
 * True when an index finds what meets the term; when that is one of words, which finds all before it gives
 * one; and when it does so in the order of the page.
 */
bool is_listing_indexed(const struct selection *q, size_t term);
bool is_listing_word(const struct selection *q, size_t term);
bool is_listing_ordered(const struct selection *q, size_t term);

/* How many records meet the term, counted to `most`. */
MUST fault listing_build_probe(const struct selection *q, size_t term, uint64_t most, struct arena *a,
			       struct listing_statement *ret);

/* One of listing_count_steps statements that together give a page. */
struct listing_step {
	size_t step;
	uint64_t limit;
	uint64_t hidden;      /* bit i: no index is to be used for term i */
	bool is_order_hidden; /* nor one for the order: a term finds few, which are then sorted */
};
size_t listing_count_steps(const struct selection *q);
MUST fault listing_build_page(const struct selection *q, const struct listing_step *step, struct arena *a,
			      struct listing_statement *ret);

/* A row for each record there is: 1 when it is one of those asked for, else 0. */
MUST fault listing_build_tally(const struct selection *q, struct arena *a, struct listing_statement *ret);

/* A row for each record on all pages; their number, if is_listing_table. */
MUST fault listing_build_count(const struct selection *q, const struct listing_step *step, struct arena *a,
			       struct listing_statement *ret);

#endif
