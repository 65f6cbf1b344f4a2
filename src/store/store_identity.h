/*
 * store_identity: whose account of which identity provider's user is. Who they are there never changes; what
 * they are called may.
 */
#ifndef STORE_STORE_IDENTITY_H
#define STORE_STORE_IDENTITY_H

#include "store/record.h"
#include "store/store.h"

/* idp is the provider's id, subject the user's there. */
#define STORE_IDENTITY_FIELDS(F, of) \
	F(of, TEXT, account, REQ)    \
	F(of, HASH, idp, REQ)        \
	F(of, TEXT, subject, REQ)
RECORD_STRUCT(store_identity, STORE_IDENTITY_FIELDS)

/* CONFLICT for an account or a user that has one, NOT_FOUND when there is no such account. */
MUST fault store_identity_put(struct store *s, const struct store_identity *row);

/* By provider and subject; NULL when there is none. */
MUST fault store_identity_find(struct store *s, const struct store_identity *key, struct arena *a,
			       struct store_identity **ret);

/* The accounts of all its users go, with what is theirs; none is no fault. */
MUST fault store_identity_delete_accounts(struct store *s, struct bytes idp);

#endif
