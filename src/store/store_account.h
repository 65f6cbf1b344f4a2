/*
 * store_account: administrators who sign in with a password. No password is here, nor what stands for one;
 * only the hash that is compared (cert/password.h).
 */
#ifndef STORE_STORE_ACCOUNT_H
#define STORE_STORE_ACCOUNT_H

#include "store/record.h"
#include "store/store.h"

/* Stored: never renumbered. */
enum store_account_state { STORE_ACCOUNT_ACTIVE = 1, STORE_ACCOUNT_DISABLED };

/*
 * kind is how hash was made, changed when; seen is the last sign-in; given says that somebody else chose the
 * password, and that it is to be changed.
 */
#define STORE_ACCOUNT_FIELDS(F, of) \
	F(of, TEXT, name, REQ)      \
	F(of, TEXT, role, REQ)      \
	F(of, UINT, state, REQ)     \
	F(of, HASH, hash, REQ)      \
	F(of, TEXT, kind, REQ)      \
	F(of, TIME, created, REQ)   \
	F(of, TIME, changed, REQ)   \
	F(of, TIME, seen, REQ)      \
	F(of, UINT, given, REQ)
RECORD_STRUCT(store_account, STORE_ACCOUNT_FIELDS)

MUST fault store_account_put(struct store *s, const struct store_account *row);
MUST fault store_account_get(struct store *s, struct bytes name, struct arena *a, struct store_account **ret);
MUST fault store_account_find(struct store *s, struct bytes name, struct arena *a,
			      struct store_account **ret);
MUST fault store_account_list(struct store *s, struct store_page page, struct arena *a,
			      struct store_account_list *ret);
MUST fault store_account_update(struct store *s, const struct store_account *row);

/* Sessions and tokens of the account go with it. */
MUST fault store_account_delete(struct store *s, struct bytes name);

/*
 * Active accounts with that role that are of no identity provider, and tokens with it that are nobody's and
 * do not expire.
 */
MUST fault store_account_count_role(struct store *s, struct bytes role, uint64_t *ret);

#endif
