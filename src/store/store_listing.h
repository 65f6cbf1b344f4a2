/*
 * store_listing: pages of a list by whatever is asked of it: filtered, sorted, searched, counted.
 *
 * What may be asked is a table (store/listing.def); the text of a statement is made of it alone, and what the
 * asker compares with goes in as arguments.
 */
#ifndef STORE_STORE_LISTING_H
#define STORE_STORE_LISTING_H

#include "store/record.h"
#include "store/store.h"
#include "wire/selection.h"

enum store_listing_view {
#define LISTING(id, ...) STORE_LISTING_##id,
#define GROUPED(id, ...) STORE_LISTING_##id,
#include "store/listing.def"
	STORE_LISTING_COUNT
};

enum store_listing_column {
#define COLUMN(listing, id, ...) STORE_LISTING_##listing##_##id,
#include "store/listing.def"
	STORE_LISTING_COLUMN_COUNT
};

/* BYTES also for ids and hashes; a truth is a NUMBER. */
enum store_listing_kind {
	STORE_LISTING_TEXT = 1,
	STORE_LISTING_NUMBER,
	STORE_LISTING_TIME,
	STORE_LISTING_BYTES
};

/* n structs of the view's record. */
struct store_listing {
	size_t n;
	void *const *v;
	struct selection_value (*ends)[SELECTION_AFTER_MAX]; /* of each record: selection.after behind it */
	bool is_last;                                        /* there is no record behind the last */
};

/*
 * SYS_FRAME when the selection asks what the view does not have; QUERY_WIDE when so many records would have
 * to be read that others had to wait.
 */
MUST fault store_listing_list(struct store *s, const struct selection *q, struct arena *a,
			      struct store_listing *ret);

/* At least n, and no more when is_all; it was so then. */
struct store_listing_total {
	uint64_t n;
	bool is_all;
	int64_t counted; /* 0: now */
};

/*
 * How many there are on all pages, as far as some 40 ms of counting get; all of them, when nothing is asked
 * of a table, or the rows of the list stand for many, so that a page costs as much.
 */
MUST fault store_listing_count(struct store *s, const struct selection *q, struct arena *a,
			       struct store_listing_total *ret);

#endif
