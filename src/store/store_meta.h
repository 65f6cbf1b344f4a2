/*
 * store_meta: the few values that belong to the database as a whole, by name.
 */
#ifndef STORE_STORE_META_H
#define STORE_STORE_META_H

#include "store/record.h"
#include "store/store.h"

#define STORE_META_FIELDS(F, of) \
	F(of, TEXT, name, REQ)   \
	F(of, BYTES, value, REQ)
RECORD_STRUCT(store_meta, STORE_META_FIELDS)

/* Replaces the value when the name is known. */
MUST fault store_meta_put(struct store *s, const struct store_meta *row);
MUST fault store_meta_get(struct store *s, struct bytes name, struct arena *a, struct store_meta **ret);
MUST fault store_meta_find(struct store *s, struct bytes name, struct arena *a, struct store_meta **ret);

#endif
