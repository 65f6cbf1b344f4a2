/*
 * store_webhook: who is told of what happens to devices.
 */
#ifndef STORE_STORE_WEBHOOK_H
#define STORE_STORE_WEBHOOK_H

#include "store/record.h"
#include "store/store.h"

#define STORE_WEBHOOK_MAX 16

/*
 * Names are unique. due is when it is asked again, never while nothing fails; tries how many attempts failed
 * since one that did not, tried when the last began, delivered when one was last good; fault and detail are
 * of the last that failed. sent and lost count what was delivered and what was given up.
 */
#define STORE_WEBHOOK_FIELDS(F, of) \
	F(of, ID, id, REQ)          \
	F(of, TEXT, name, REQ)      \
	F(of, TEXT, url, REQ)       \
	F(of, TIME, created, REQ)   \
	F(of, TIME, due, REQ)       \
	F(of, UINT, tries, REQ)     \
	F(of, TIME, tried, REQ)     \
	F(of, TIME, delivered, REQ) \
	F(of, TEXT, fault, OPT)     \
	F(of, TEXT, detail, OPT)    \
	F(of, UINT, sent, REQ)      \
	F(of, UINT, lost, REQ)
RECORD_STRUCT(store_webhook, STORE_WEBHOOK_FIELDS)

/* CONFLICT for a name that is there; WEBHOOK_LIMIT when there are STORE_WEBHOOK_MAX. */
MUST fault store_webhook_put(struct store *s, const struct store_webhook *row);
MUST fault store_webhook_update(struct store *s, const struct store_webhook *row);
MUST fault store_webhook_find(struct store *s, struct bytes id, struct arena *a, struct store_webhook **ret);
MUST fault store_webhook_find_by_name(struct store *s, struct bytes name, struct arena *a,
				      struct store_webhook **ret);

/* All of them, the one that was tried longest ago first. */
MUST fault store_webhook_list(struct store *s, struct arena *a, struct store_webhook_list *ret);

/* What it was still to be told goes with it. */
MUST fault store_webhook_delete(struct store *s, struct bytes id);

#endif
