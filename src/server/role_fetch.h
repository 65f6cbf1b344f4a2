/*
 * role_fetch: files that makers publish, from the hosts of a list.
 *
 * It has neither keys nor records: core names an address, it says what came from there, unread. Nothing waits
 * for it while a device is judged.
 */
#ifndef SERVER_ROLE_FETCH_H
#define SERVER_ROLE_FETCH_H

#include "proc/role.h"
#include "server/settings.h"

/* Serves until parent says stop. Faults of start-up only. */
MUST fault role_fetch_serve(struct role_id own, const struct settings *settings);

#endif
