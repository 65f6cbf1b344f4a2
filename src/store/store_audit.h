/*
 * store_audit: who did what; rows are added and never changed. Each is a link of its writer's chain
 * (cert/trail.h); of a chain's rows the latest is its tip, and some tips were signed: heads.
 */
#ifndef STORE_STORE_AUDIT_H
#define STORE_STORE_AUDIT_H

#include "store/record.h"
#include "store/store.h"

/*
 * Give time-ordered ids, so that the list runs in time. request_id is absent for what no request caused;
 * number is 0 and the others behind it are absent in rows from before there were chains.
 */
#define STORE_AUDIT_FIELDS(F, of) \
	F(of, ID, id, REQ)        \
	F(of, TIME, time, REQ)    \
	F(of, TEXT, actor, REQ)   \
	F(of, TEXT, action, REQ)  \
	F(of, TEXT, target, OPT)  \
	F(of, TEXT, detail, OPT)  \
	F(of, ID, request_id, OPT) \
	F(of, TEXT, writer, OPT)  \
	F(of, UINT, number, REQ)  \
	F(of, HASH, previous, OPT) \
	F(of, HASH, hash, OPT)
RECORD_STRUCT(store_audit, STORE_AUDIT_FIELDS)

/* The place of a writer's last row, and its hash. */
#define STORE_AUDIT_TIP_FIELDS(F, of) \
	F(of, UINT, number, REQ)      \
	F(of, HASH, hash, REQ)
RECORD_STRUCT(store_audit_tip, STORE_AUDIT_TIP_FIELDS)

/* token is what ca signed of the row with that hash, in which issuer stands too. */
#define STORE_AUDIT_HEAD_FIELDS(F, of) \
	F(of, TEXT, writer, REQ)       \
	F(of, UINT, number, REQ)       \
	F(of, HASH, hash, REQ)         \
	F(of, TIME, time, REQ)         \
	F(of, TEXT, issuer, REQ)       \
	F(of, TEXT, token, REQ)
RECORD_STRUCT(store_audit_head, STORE_AUDIT_HEAD_FIELDS)

/* At most limit rows of that writer whose number is greater than after. */
struct store_audit_chain {
	struct bytes writer;
	uint64_t after;
	size_t limit;
};

MUST fault store_audit_put(struct store *s, const struct store_audit *row);
MUST fault store_audit_get(struct store *s, struct bytes id, struct arena *a, struct store_audit **ret);
MUST fault store_audit_list(struct store *s, struct store_page page, struct arena *a,
			    struct store_audit_list *ret);

/* In the order of the chain. */
MUST fault store_audit_list_chain(struct store *s, const struct store_audit_chain *page, struct arena *a,
				  struct store_audit_list *ret);

/* NULL for a writer without rows. */
MUST fault store_audit_find_tip(struct store *s, struct bytes writer, struct arena *a,
				struct store_audit_tip **ret);

/* Rows from before there were chains, in the order of their ids; and one of them becomes a link. */
MUST fault store_audit_list_unchained(struct store *s, struct store_page page, struct arena *a,
				      struct store_audit_list *ret);
MUST fault store_audit_update_chain(struct store *s, const struct store_audit *row);

/* CONFLICT when that row has a head. */
MUST fault store_audit_put_head(struct store *s, const struct store_audit_head *row);
MUST fault store_audit_find_head(struct store *s, struct bytes writer, struct arena *a,
				 struct store_audit_head **ret);
MUST fault store_audit_list_heads(struct store *s, const struct store_audit_chain *page, struct arena *a,
				  struct store_audit_head_list *ret);

#endif
