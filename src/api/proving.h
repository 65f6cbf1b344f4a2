/*
 * proving: in verify: what a body brings that proves who somebody is goes no further: a password becomes a
 * proof of it (cert/password.h), a sign-in link's token the call's credential.
 */
#ifndef API_PROVING_H
#define API_PROVING_H

#include "api/read.h"

/*
 * Does so for a call whose body has one, and nothing for any other. PARSE_FIELD with a detail when there is
 * no password, or a proof already; PASSWORD_WEAK for a new one that is; SIGN_IN_RATE; LINK_OVER for what is
 * no link's token; SYS_MEMORY.
 */
MUST fault proving_read(struct read_site *site, struct call *c, void *body, struct arena *a,
			const char **ret_detail);

#endif
