/*
 * idtoken: judges what an identity provider says of an administrator who signs in (OpenID Connect Core 1.0
 * §3.1.3.7): all that is asked of a user's token (attest/usertoken.h), for the administrators' client, and
 * the nonce of this sign-in.
 */
#ifndef ATTEST_IDTOKEN_H
#define ATTEST_IDTOKEN_H

#include "attest/usertoken.h"

struct idtoken_case {
	struct bytes idp, token;
	struct bytes nonce;
	const struct idplist *idps;
	int64_t now;
};

/* Whom it names; views live in the arena. */
struct idtoken_user {
	struct user user;
	bool is_cut; /* there are groups that the token leaves out */
};

/* The fault of the first row of attest/checks.def that fails; TOK_NONCE; SYS_MEMORY. */
MUST fault idtoken_judge(const struct idtoken_case *c, struct arena *a, struct idtoken_user *ret);

#endif
