/*
 * store_approval: changes that one person asked for and another has to approve.
 */
#ifndef STORE_STORE_APPROVAL_H
#define STORE_STORE_APPROVAL_H

#include "store/record.h"
#include "store/store.h"

/* Stored: never renumbered. */
enum store_approval_state {
	STORE_APPROVAL_PENDING = 1,
	STORE_APPROVAL_APPROVED,
	STORE_APPROVAL_REJECTED,
	STORE_APPROVAL_OVERTAKEN, /* what it was about has changed */
};

/*
 * method and path are the endpoint's in its table, target what stands for its hole, body its typed body,
 * sealed (flow/safe.h);
 * digest is over all four. account and asker (the id of token or session) say whose request it is. seen is
 * the record that it is about, as it was then, in JSON; lists leave it out.
 */
#define STORE_APPROVAL_FIELDS(F, of) \
	F(of, ID, id, REQ)           \
	F(of, TEXT, method, REQ)     \
	F(of, TEXT, path, REQ)       \
	F(of, TEXT, target, OPT)     \
	F(of, BYTES, body, OPT)      \
	F(of, HASH, digest, REQ)     \
	F(of, TEXT, requester, REQ)  \
	F(of, TEXT, account, OPT)    \
	F(of, ID, asker, REQ)        \
	F(of, UINT, state, REQ)      \
	F(of, TIME, created, REQ)    \
	F(of, TIME, expires, REQ)    \
	F(of, TEXT, decider, OPT)    \
	F(of, TIME, decided, REQ)    \
	F(of, BYTES, seen, OPT)
RECORD_STRUCT(store_approval, STORE_APPROVAL_FIELDS)

MUST fault store_approval_put(struct store *s, const struct store_approval *row);
MUST fault store_approval_get(struct store *s, struct bytes id, struct arena *a, struct store_approval **ret);
MUST fault store_approval_list(struct store *s, struct store_page page, struct arena *a,
			       struct store_approval_list *ret);

/* Those that wait at that time. */
MUST fault store_approval_count(struct store *s, int64_t now, uint64_t *ret);

/* Writes every field of the one that waits. NOT_FOUND when it waits no more. */
MUST fault store_approval_finish(struct store *s, const struct store_approval *row);

#endif
