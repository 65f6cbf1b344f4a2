/*
 * store_view: views of lists that administrators keep by a name, each of one account.
 */
#ifndef STORE_STORE_VIEW_H
#define STORE_STORE_VIEW_H

#include "store/record.h"
#include "store/store.h"

/* list is whose view it is, query what is asked of it, in the asker's words. An account's names differ. */
#define STORE_VIEW_FIELDS(F, of)   \
	F(of, ID, id, REQ)         \
	F(of, TEXT, account, REQ)  \
	F(of, TEXT, name, REQ)     \
	F(of, TEXT, list, REQ)     \
	F(of, TEXT, query, OPT)    \
	F(of, TIME, created, REQ)
RECORD_STRUCT(store_view, STORE_VIEW_FIELDS)

/* CONFLICT when the account has one of that name. */
MUST fault store_view_put(struct store *s, const struct store_view *row);

/* All of an account, in the order of their names. */
MUST fault store_view_list(struct store *s, struct bytes account, struct arena *a,
			   struct store_view_list *ret);
MUST fault store_view_count(struct store *s, struct bytes account, uint64_t *ret);

/* NOT_FOUND when the account has none of that id. */
MUST fault store_view_delete(struct store *s, struct bytes account, struct bytes id);

#endif
