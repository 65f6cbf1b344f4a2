/*
 * property: what the records of a list are made of where people see them, and what they may be asked by
 * (api/property.def). Internal to api/.
 */
#ifndef API_PROPERTY_H
#define API_PROPERTY_H

#include <jansson.h>

#include "base/fault.h"

enum property_kind {
	PROPERTY_TEXT = 1,
	PROPERTY_UUID,
	PROPERTY_HEX,
	PROPERTY_MOMENT,
	PROPERTY_NUMBER,
	PROPERTY_TRUTH,
	PROPERTY_WORD, /* of a fixed set: value says what each number of the column is called */
	PROPERTY_LIST,   /* only shown, */
	PROPERTY_OBJECT, /* the same */
	PROPERTY_KIND_COUNT
};

#define PROPERTY_SHOWN 0xFF /* the column of what is only shown */
#define PROPERTY_WORDS_MAX 16

struct property {
	const char *name;
	enum property_kind kind;
	uint8_t column; /* enum store_listing_column, or PROPERTY_SHOWN */
	uint16_t offset;
	json_t *(*value)(const void *at); /* NULL: it is part of another, and not shown by itself */
};

struct property_list {
	const char *name; /* Graph's, as in the path */
	uint8_t view;     /* enum store_listing_view */
	bool is_searched; /* $search looks at some of its columns */
	const char *order; /* its $orderby unless another is asked; NULL: by its key */
	uint8_t endpoint; /* enum endpoint_id of the list */
	size_t n;         /* at most 64 */
	const struct property *v;
};

/* The list that an endpoint gives, or NULL. */
const struct property_list *property_list_find(uint64_t endpoint);

/* The property of that name, or NULL. */
const struct property *property_find(const struct property_list *list, struct bytes name);

/* True when pages may be in its order. */
bool is_property_sortable(const struct property *p);

/* The set of numbers that the column of a WORD has for this word: bit i is number i. 0: there is none. */
uint64_t property_numbers_of(const struct property *p, struct bytes word);

/* A new array of the words that a WORD may be, each once. */
json_t *property_words(const struct property *p);

/*
 * A new object of the record, with the members whose bits are set, 0 for all; the first, its id, always. NULL
 * when there is no memory.
 */
json_t *property_object(const struct property_list *list, uint64_t members, const void *record);

#endif
