/*
 * store_signinlink: links that begin a session once. The secret of a link is not here, only the hash it is
 * compared with.
 */
#ifndef STORE_STORE_SIGNINLINK_H
#define STORE_STORE_SIGNINLINK_H

#include "store/record.h"
#include "store/store.h"

#define STORE_SIGNINLINK_FIELDS(F, of) \
	F(of, ID, id, REQ)             \
	F(of, HASH, hash, REQ)         \
	F(of, TEXT, account, REQ)      \
	F(of, TIME, created, REQ)      \
	F(of, TIME, expires, REQ)
RECORD_STRUCT(store_signinlink, STORE_SIGNINLINK_FIELDS)

/* Takes the place of the account's earlier one. NOT_FOUND when there is no such account. */
MUST fault store_signinlink_put(struct store *s, const struct store_signinlink *row);

/* NULL when there is none. */
MUST fault store_signinlink_find(struct store *s, struct bytes id, struct arena *a,
				 struct store_signinlink **ret);

/* Spends it; in one statement, so that of racing uses one wins. NOT_FOUND for the others. */
MUST fault store_signinlink_use(struct store *s, struct bytes id);

#endif
