/*
 * store_delivery: what webhooks have not been told yet.
 */
#ifndef STORE_STORE_DELIVERY_H
#define STORE_STORE_DELIVERY_H

#include "store/record.h"
#include "store/store.h"

/* One notice for one webhook: a `notice` message, when it is sent (again), and how often it was. */
#define STORE_DELIVERY_FIELDS(F, of) \
	F(of, ID, id, REQ)           \
	F(of, ID, webhook_id, REQ)   \
	F(of, ID, device_id, OPT)    \
	F(of, BYTES, notice, REQ)    \
	F(of, TIME, created, REQ)    \
	F(of, TIME, due, REQ)        \
	F(of, UINT, tries, REQ)
RECORD_STRUCT(store_delivery, STORE_DELIVERY_FIELDS)

/* CONFLICT when it is there, NOT_FOUND when the webhook is not. */
MUST fault store_delivery_put(struct store *s, const struct store_delivery *row);
MUST fault store_delivery_update(struct store *s, const struct store_delivery *row);
MUST fault store_delivery_find(struct store *s, struct bytes id, struct arena *a,
			       struct store_delivery **ret);
MUST fault store_delivery_delete(struct store *s, struct bytes id);

/*
 * The first for that webhook whose time has come, and before which nothing of the same device waits; NULL
 * when there is none.
 */
MUST fault store_delivery_find_due(struct store *s, struct bytes webhook_id, int64_t now, struct arena *a,
				   struct store_delivery **ret);

/* How many wait for that webhook. */
MUST fault store_delivery_count(struct store *s, struct bytes webhook_id, uint64_t *ret);

/* The oldest that were created before that time, at most so many. */
MUST fault store_delivery_list_old(struct store *s, int64_t before, size_t most, struct arena *a,
				   struct store_delivery_list *ret);

#endif
