/*
 * role_ca: holds the issuing key and signs what core describes, within profile and rate (sign/authority.h).
 */
#ifndef SERVER_ROLE_CA_H
#define SERVER_ROLE_CA_H

#include "proc/role.h"
#include "server/settings.h"
#include "sign/minter.h"

/*
 * How tokens are minted, as ca opens it and as root makes and renews its key; url is where their keys are
 * found. ret borrows from both.
 */
struct minter_plan role_ca_minter(const struct settings *s, char url[static SETTINGS_URL_SIZE]);

/* Serves until parent says stop. Faults of start-up only. */
MUST fault role_ca_serve(struct role_id own, const struct settings *settings);

#endif
