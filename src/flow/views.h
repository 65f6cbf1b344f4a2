/*
 * views: lists as an administrator wants to find them again: which one and what is asked of it, by a name.
 *
 * They are an account's own: nobody else sees them, they go with the account, and a token that is no
 * account's has none. What is asked is kept as it was said; it is judged when somebody asks it.
 */
#ifndef FLOW_VIEWS_H
#define FLOW_VIEWS_H

#include "flow/account.h"
#include "store/store_view.h"

#define VIEWS_MAX 50 /* of an account */

/*
 * Keeps one for the caller. STATE_INVALID for a caller without an account, CONFLICT for a name that is taken,
 * BODY_LIMIT when there are VIEWS_MAX.
 */
MUST fault views_put(struct flow *f, const struct account_order *o, const struct view_new *in,
		     struct arena *a, struct store_view **ret);

/* The caller's, in the order of their names. */
MUST fault views_list(struct flow *f, const struct account_order *o, struct arena *a,
		      struct store_view_list *ret);

/* NOT_FOUND. */
MUST fault views_delete(struct flow *f, const struct account_order *o, struct bytes id);

#endif
