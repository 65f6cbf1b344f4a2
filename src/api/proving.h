/*
 * proving: in verify: the password that a body brings becomes a proof of it (cert/password.h), and goes no
 * further.
 */
#ifndef API_PROVING_H
#define API_PROVING_H

#include "api/read.h"

/*
 * Does so for a call whose body has a password, and nothing for any other. PARSE_FIELD when there is no
 * password, or a proof already; PASSWORD_WEAK for a new one that is; SIGN_IN_RATE; SYS_MEMORY.
 */
MUST fault proving_read(struct read_site *site, const struct call *c, void *body, struct arena *a);

#endif
