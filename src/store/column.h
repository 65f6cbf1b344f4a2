/*
 * column: the tables of lists and of what they may be asked by (store/listing.def). Internal to store/.
 */
#ifndef STORE_COLUMN_H
#define STORE_COLUMN_H

#include "store/store_listing.h"

#define COLUMN_TEXT(column) "coalesce(lower(" column "), '')"

enum column_use { COLUMN_PLAIN = 0, COLUMN_INDEXED = 1, COLUMN_SEARCHED = 2, COLUMN_BOTH = 3 };

/* A list: whose rows, by which key; how an index of words finds keys, or NULL; do its rows stand for many? */
struct column_view {
	const struct record *record;
	const char *from, *key, *words;
	bool is_grouped;
};

/* A table with a row for each of a list's, or for some: by what they are the same, and the words between. */
struct column_join {
	enum store_listing_view view;
	const char *table, *on, *how;
};

struct column {
	enum store_listing_view view;
	enum store_listing_kind kind;
	enum column_use use;
	const char *text; /* as it is compared */
	const char *key;  /* that its index goes on with */
};

extern const struct column columns[STORE_LISTING_COLUMN_COUNT];
extern const struct column_view column_views[STORE_LISTING_COUNT];

/* Number i of the tables beside what the list is of; NULL: there are no more. */
const struct column_join *column_join(uint8_t view, size_t i);

/* What stands for a field of the list's record in its statements. */
const char *column_shown(uint8_t view, const char *field);

#endif
