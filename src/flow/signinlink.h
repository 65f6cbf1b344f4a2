/*
 * signinlink: a link that signs somebody in once, for a few minutes: what an administrator hands to whoever
 * has no password yet, or has forgotten it.
 *
 * Its secret stands behind the '#' of an address, which browsers send to nobody, and is exchanged for a
 * session by a page of ours. Only a hash of it is stored.
 */
#ifndef FLOW_SIGNINLINK_H
#define FLOW_SIGNINLINK_H

#include "flow/session.h"

#define SIGNINLINK_LIFE_S 600

struct signinlink {
	const char *token; /* shown once */
	int64_t expires;
};

/*
 * One for the account that the order is about, in place of an earlier one. NOT_FOUND, AUTHZ for an account
 * above the caller, STATE_INVALID for one that is not active,
 * or whose user is an identity provider's.
 */
MUST fault signinlink_put(struct flow *f, const struct account_order *o, struct arena *a,
			  struct signinlink *ret);

/*
 * Spends the link whose token is the call's credential and begins a session: LINK_OVER in ret->why for one
 * that was used, is too old or never was, SIGN_IN_LOCKED as session_begin. Of two at once one wins.
 */
MUST fault signinlink_use(struct flow *f, const struct call *c, struct arena *a, struct session_outcome *ret);

#endif
