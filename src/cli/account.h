/*
 * account: administrators who sign in with a password.
 */
#ifndef CLI_ACCOUNT_H
#define CLI_ACCOUNT_H

#include "cli/resource.h"

extern const struct resource account_resource;

/* Adds one, or gives one another password; either reads it from standard input. */
MUST fault account_put(struct session *s);
MUST fault account_set_password(struct session *s);

/* Makes a link that signs it in once, and prints it. */
MUST fault account_link(struct session *s);

#endif
