/*
 * store_token: enrolment tokens. The secret is not here, only the hash it is compared with.
 */
#ifndef STORE_STORE_TOKEN_H
#define STORE_STORE_TOKEN_H

#include "store/record.h"
#include "store/store.h"

/* uses_max 1 is single-use; expires 0 is expired; revoked is 0 or 1. upn is the user whose it is. */
#define STORE_TOKEN_FIELDS(F, of)  \
	F(of, ID, id, REQ)         \
	F(of, HASH, hash, REQ)     \
	F(of, ID, profile, REQ)    \
	F(of, TIME, created, REQ)  \
	F(of, TIME, expires, REQ)  \
	F(of, UINT, uses_max, REQ) \
	F(of, UINT, uses, REQ)     \
	F(of, UINT, revoked, REQ)  \
	F(of, TEXT, upn, OPT)
RECORD_STRUCT(store_token, STORE_TOKEN_FIELDS)

MUST fault store_token_put(struct store *s, const struct store_token *row);
MUST fault store_token_get(struct store *s, struct bytes id, struct arena *a, struct store_token **ret);
MUST fault store_token_list(struct store *s, struct store_page page, struct arena *a,
			    struct store_token_list *ret);
MUST fault store_token_delete(struct store *s, struct bytes id);

/*
 * Counts one use at the time now, in one statement that asks and counts, so that racing uses never exceed
 * uses_max. *ret_counted is false for a token that is unknown, revoked, expired or used up.
 */
MUST fault store_token_use(struct store *s, struct bytes id, int64_t now, bool *ret_counted);

/* Takes one use back, of which nothing came; that the token is gone meanwhile is no fault. */
MUST fault store_token_release(struct store *s, struct bytes id);

#endif
