/*
 * role_ca: holds the issuing key and signs what core describes, within profile and rate (sign/authority.h).
 */
#ifndef SERVER_ROLE_CA_H
#define SERVER_ROLE_CA_H

#include "proc/role.h"
#include "server/settings.h"

/* Serves until parent says stop. Faults of start-up only. */
MUST fault role_ca_serve(struct role_id own, const struct settings *settings);

#endif
