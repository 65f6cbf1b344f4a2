/*
 * store_filter: assignment filters as they were written; policy/filter.h compiles them.
 */
#ifndef STORE_STORE_FILTER_H
#define STORE_STORE_FILTER_H

#include "store/record.h"
#include "store/store.h"

/* Names are unique. trusts_labels: 1 when it may decide by what devices say of themselves, else 0. */
#define STORE_FILTER_FIELDS(F, of)      \
	F(of, ID, id, REQ)              \
	F(of, TEXT, name, REQ)          \
	F(of, TEXT, rule, REQ)          \
	F(of, UINT, trusts_labels, REQ) \
	F(of, TIME, created, REQ)       \
	F(of, TIME, updated, REQ)
RECORD_STRUCT(store_filter, STORE_FILTER_FIELDS)

MUST fault store_filter_put(struct store *s, const struct store_filter *row);

/* Writes every field of the filter with that id. NOT_FOUND; CONFLICT as put. */
MUST fault store_filter_update(struct store *s, const struct store_filter *row);
MUST fault store_filter_get(struct store *s, struct bytes id, struct arena *a, struct store_filter **ret);
MUST fault store_filter_find_by_name(struct store *s, struct bytes name, struct arena *a,
				     struct store_filter **ret);
MUST fault store_filter_list(struct store *s, struct store_page page, struct arena *a,
			     struct store_filter_list *ret);
MUST fault store_filter_count(struct store *s, uint64_t *ret);

/* How many restrictions and compliance policies ask it. */
MUST fault store_filter_count_uses(struct store *s, struct bytes id, uint64_t *ret);

/* IN_USE while something is assigned by it. */
MUST fault store_filter_delete(struct store *s, struct bytes id);

#endif
