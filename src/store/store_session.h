/*
 * store_session: who is signed in. The secret of a session's cookie is not here, only the hash it is compared
 * with.
 */
#ifndef STORE_STORE_SESSION_H
#define STORE_STORE_SESSION_H

#include "store/record.h"
#include "store/store.h"

/* How one began. Stored: never renumbered. */
enum store_session_way { STORE_SESSION_PASSWORD = 1, STORE_SESSION_LINK, STORE_SESSION_PROVIDER };

/* used is when it was last asked with, to the minute; peer the address it was begun from. */
#define STORE_SESSION_FIELDS(F, of) \
	F(of, ID, id, REQ)          \
	F(of, HASH, hash, REQ)      \
	F(of, TEXT, account, REQ)   \
	F(of, TEXT, peer, REQ)      \
	F(of, TIME, created, REQ)   \
	F(of, TIME, used, REQ)      \
	F(of, TIME, expires, REQ)   \
	F(of, UINT, way, REQ)
RECORD_STRUCT(store_session, STORE_SESSION_FIELDS)

MUST fault store_session_put(struct store *s, const struct store_session *row);
MUST fault store_session_get(struct store *s, struct bytes id, struct arena *a, struct store_session **ret);
MUST fault store_session_list(struct store *s, struct store_page page, struct arena *a,
			      struct store_session_list *ret);
MUST fault store_session_update_used(struct store *s, struct bytes id, int64_t used);
MUST fault store_session_delete(struct store *s, struct bytes id);

/* All of an account; none is no fault. */
MUST fault store_session_delete_account(struct store *s, struct bytes account);

/* The same but for the one of that id. */
MUST fault store_session_delete_others(struct store *s, struct bytes account, struct bytes id);

/* Forgets those that expired before that time. */
MUST fault store_session_prune(struct store *s, int64_t before);

#endif
