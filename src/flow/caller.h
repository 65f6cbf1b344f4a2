/*
 * caller: who asks on the admin listener, by bearer token (RFC 6750).
 */
#ifndef FLOW_CALLER_H
#define FLOW_CALLER_H

#include "flow/flow.h"
#include "store/store_admin.h"

/*
 * Reads an Authorization header into the call's token_id and token_secret, in the arena. AUTHN when it is
 * none.
 */
MUST fault caller_parse(struct bytes authorization, struct arena *a, struct call *ret);

/*
 * The record of the call's token. AUTHN when it is unknown or expired, AUTHZ when its role is less than
 * role; a role of nobody needs no token and gives NULL.
 */
MUST fault caller_find(struct flow *f, const struct call *c, enum flow_role role, struct arena *a,
		       struct store_admin **ret);

/*
 * Makes an administrator's token and stores its hash; the text (TOKEN_TEXT_SIZE) is in the arena. CONFLICT.
 */
MUST fault caller_put(struct flow *f, const char *name, enum flow_role role, struct arena *a,
		      const char **ret_text);

#endif
