/*
 * role_net: TLS and HTTP framing; bodies go on unread.
 *
 * Both listeners run this code: one process per listener at least, so that what strangers reach never sees an
 * administrator's token.
 */
#ifndef SERVER_ROLE_NET_H
#define SERVER_ROLE_NET_H

#include "proc/role.h"
#include "server/settings.h"

/* Serves until parent says stop. Faults of start-up only. */
MUST fault role_net_serve(struct role_id own, const struct settings *settings);

#endif
