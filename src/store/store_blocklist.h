/*
 * store_blocklist: the rows of the blocklist as they were written; policy/blocklist.h reads them.
 */
#ifndef STORE_STORE_BLOCKLIST_H
#define STORE_STORE_BLOCKLIST_H

#include "store/record.h"
#include "store/store.h"

/* As blocklist_new of wire/body.h, absent texts empty; version is that of the list since the row is so. */
#define STORE_BLOCKLIST_FIELDS(F, of) \
	F(of, TEXT, id, REQ)          \
	F(of, TEXT, maker, REQ)       \
	F(of, TEXT, model, REQ)       \
	F(of, TEXT, basis, REQ)       \
	F(of, TEXT, first, REQ)       \
	F(of, TEXT, last, REQ)        \
	F(of, TEXT, fixed, REQ)       \
	F(of, TEXT, effect, REQ)      \
	F(of, TEXT, keys, REQ)        \
	F(of, TEXT, name, REQ)        \
	F(of, TEXT, page, REQ)        \
	F(of, TEXT, source, REQ)      \
	F(of, UINT, version, REQ)     \
	F(of, TIME, created, REQ)
RECORD_STRUCT(store_blocklist, STORE_BLOCKLIST_FIELDS)

/* Stores the row in place of one with its id. CONFLICT when that one says the same already. */
MUST fault store_blocklist_put(struct store *s, const struct store_blocklist *row);
MUST fault store_blocklist_get(struct store *s, struct bytes id, struct arena *a,
			       struct store_blocklist **ret);
MUST fault store_blocklist_list(struct store *s, struct store_page page, struct arena *a,
				struct store_blocklist_list *ret);
MUST fault store_blocklist_count(struct store *s, uint64_t *ret);
MUST fault store_blocklist_delete(struct store *s, struct bytes id);

#endif
