/*
 * usertoken: judges what an identity provider says of the user who enrols a device.
 *
 * The token must be signed by a key of the provider's with an algorithm that the organisation pinned: the
 * header says which of both, and never what else may do. Everything that is asked of it is a row of
 * attest/checks.def.
 */
#ifndef ATTEST_USERTOKEN_H
#define ATTEST_USERTOKEN_H

#include "attest/idplist.h"
#include "base/arena.h"

#define USERTOKEN_SKEW_S 60 /* clocks of server and provider */

/* What came with an answer. */
struct usertoken_case {
	struct bytes idp;   /* id of the provider that it is said to be of */
	struct bytes token; /* bounded by IDP_TOKEN_MAX */
	const struct idplist *idps;
	int64_t now;
	bool is_admin;      /* it must be for the client of administrators */
};

/*
 * Judges the rows of the user; what leans on a row that failed is not run. ret is the user when all passed,
 * all absent otherwise; its views live in the arena. SYS_MEMORY when that is full.
 */
MUST fault usertoken_judge(const struct usertoken_case *c, struct arena *a, uint8_t *outcomes,
			   struct user *ret);

#endif
