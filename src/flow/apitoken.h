/*
 * apitoken: bearer tokens that administrators make for programs, with a role, a scope and an end. Each change
 * writes an audit row in the actor's name.
 */
#ifndef FLOW_APITOKEN_H
#define FLOW_APITOKEN_H

#include "flow/account.h"

#define APITOKEN_LIFETIME_S (90 * 86400) /* unless said otherwise */

/*
 * Makes a token that may what the role may, not above the caller's, and is the account's that made it: it may
 * no more than that, and goes with it. One that a token makes is for no more than that one is (AUTHZ_SCOPE),
 * and ends with it at the latest. That the scope's words are any is the caller's to check (api/scope.h). Its
 * text is shown once, in *ret_text. ROLE_UNKNOWN, AUTHZ, CONFLICT for a name that is taken.
 */
MUST fault apitoken_put(struct flow *f, const struct account_order *o, const struct api_token_new *in,
			struct arena *a, const char **ret_text);

MUST fault apitoken_list(struct flow *f, struct store_page page, struct arena *a,
			 struct store_admin_list *ret);

/* Ends it at once. NOT_FOUND, AUTHZ for one above the caller, OWNER_LAST. */
MUST fault apitoken_delete(struct flow *f, const struct account_order *o, struct bytes id, struct arena *a);

#endif
