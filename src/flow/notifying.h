/*
 * notifying: webhooks: who is told of what happens to devices, and that they are (doc/webhooks.md).
 *
 * A notice is written in the transaction of what it is about, for each webhook, and stays until its receiver
 * has taken it: at least once, those of one device in their order.
 */
#ifndef FLOW_NOTIFYING_H
#define FLOW_NOTIFYING_H

#include "flow/inventory.h"
#include "store/store_webhook.h"
#include "wire/notice.h"

/* --- what happens -------------------------------------------------------------------------------------- */

/* Tells every webhook; id, time, audience and issued of the notice are filled in. SYS_STORAGE, SYS_RNG. */
MUST fault notifying_put(struct flow *f, const struct notice *what, struct arena *a);

/* --- delivery ------------------------------------------------------------------------------------------ */

/*
 * The notice that is to be delivered now, put off to its next attempt; id is absent when there is none. One
 * that cannot be read is given up on the way, as notifying_prune does. Views live in the arena.
 */
struct notifying_turn {
	struct bytes id, url;
	struct notice notice;
};
MUST fault notifying_find_due(struct flow *f, struct arena *a, struct notifying_turn *ret);

/* What became of it: taken when why is NULL. Whose webhook was removed meanwhile is nobody's. */
struct notifying_result {
	struct bytes id;
	fault why;
	struct bytes detail;
};
MUST fault notifying_finish(struct flow *f, const struct notifying_result *r, struct arena *a);

/*
 * Gives up what is older than webhook.days, at most 10000 at once, which the audit names and its webhook
 * counts.
 */
MUST fault notifying_prune(struct flow *f);

/* --- records ------------------------------------------------------------------------------------------- */

/* With how much waits for it. */
struct notifying_view {
	const struct store_webhook *row;
	uint64_t waiting;
};

struct notifying_order {
	const struct inventory_actor *by;
	struct arena *a;
	const char *detail; /* a sentence on PARSE_FIELD */
};

/* CONFLICT for a name that is there, WEBHOOK_LIMIT, PARSE_FIELD for an address that is not https. */
MUST fault notifying_add(struct flow *f, const struct webhook_new *in, struct notifying_order *o,
			 struct notifying_view *ret);

/* By name. NOT_FOUND. */
MUST fault notifying_get(struct flow *f, struct bytes name, struct arena *a, struct notifying_view *ret);
MUST fault notifying_delete(struct flow *f, struct bytes name, struct notifying_order *o);

/* A notice for that one alone that says nothing but that it can be delivered. */
MUST fault notifying_try(struct flow *f, struct bytes name, struct notifying_order *o);

/* All of them, in the order of their names. */
MUST fault notifying_list(struct flow *f, struct arena *a,
			  struct notifying_view ret[static STORE_WEBHOOK_MAX], size_t *ret_n);

#endif
