/*
 * approval: what takes two persons: one asks, another of the same role approves or rejects, within three
 * days. What is approved is what was asked, to the octet.
 */
#ifndef FLOW_APPROVAL_H
#define FLOW_APPROVAL_H

#include "flow/account.h"
#include "store/store_approval.h"

#define APPROVAL_LIFE_S (3 * 86400)
#define APPROVAL_MAX 200 /* that wait */

/* Notes in the audit when two persons are wanted that were not before, or no more: so says the shell. */
MUST fault approval_note_switch(struct flow *f);

/* What is asked for: an endpoint by method and path of its table. */
struct approval_request {
	struct bytes method, path, target, body;
	struct bytes seen; /* the record it is about, JSON; absent: none */
};

/* Keeps it until somebody decides; *ret_id is its name. APPROVAL_FULL. */
MUST fault approval_put(struct flow *f, const struct account_order *o, const struct approval_request *in,
			struct arena *a, struct bytes *ret_id);

MUST fault approval_get(struct flow *f, struct bytes id, struct arena *a, struct store_approval **ret);

/* The body as it was asked for, which the record has sealed. SECRET_LOST, SYS_MEMORY. */
MUST fault approval_get_body(const struct flow *f, const struct store_approval *row, struct arena *a,
			     struct bytes *ret);
MUST fault approval_list(struct flow *f, struct store_page page, struct arena *a,
			 struct store_approval_list *ret);

/* Who asked, as far as the record says. */
struct caller approval_asker(const struct store_approval *row);

/*
 * That it may be decided: APPROVAL_SELF for whoever asked, APPROVAL_KNOWN for an account that is the same
 * person's as far as is known (flow/confiding.h), APPROVAL_OVER when whoever asked has not that role any
 * more; a role of nobody asks for none.
 */
MUST fault approval_check(struct flow *f, const struct account_order *o, const struct store_approval *row,
			  enum flow_role role, struct arena *a);

/*
 * Decides; whoever approved it then does it. Overtaken is what asks for a change of something that is no more
 * as it was seen. APPROVAL_OVER when it was decided already or is too old.
 */
MUST fault approval_finish(struct flow *f, const struct account_order *o, enum store_approval_state state,
			   struct store_approval *row);

/* "pending", "approved", "rejected", "overtaken", "expired" at that time. */
const char *approval_state_word(const struct store_approval *row, int64_t now);

#endif
