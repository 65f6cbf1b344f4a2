/*
 * signin: the device's user signs in at an identity provider of the organisation's, on whatever they have at
 * hand: the device authorization grant (RFC 8628).
 *
 * The server says which providers there are and where; this computer shows an address and a code, and asks
 * the provider until its user has signed in there. Tokens are neither printed nor logged.
 */
#ifndef AGENT_SIGNIN_H
#define AGENT_SIGNIN_H

#include <stdio.h>

#include "agent/post.h"

/* Views live in the plan's arena. */
struct signin {
	struct bytes idp;   /* id of the provider (wire/idp.h) */
	struct bytes token; /* its ID token, or access token where no `openid` is asked for; a secret */
};

struct signin_plan {
	const struct settings *settings;
	struct post *post;   /* to the server */
	struct arena *arena; /* of the result */
	FILE *screen;        /* where address and code are shown */
};

/*
 * Lets the user sign in, which takes as long as the provider gives them. SIGN_IN_NONE when the server has no
 * such provider, SIGN_IN_CHOICE when it has several and the settings name none of them, SIGN_IN_DENIED and
 * SIGN_IN_TIMEOUT as the user has it, SIGN_IN_REFUSED and SIGN_IN_UNREACHABLE of the provider; otherwise as
 * post_send. ret_cause is filled with each.
 */
MUST fault signin_get(const struct signin_plan *plan, struct signin *ret, struct cause *ret_cause);

#endif
