/*
 * role_verify: parses and judges what comes from outside, holding nothing but the trust snapshot.
 *
 * It has no files, sockets or clock of its own: the time comes with each request and core compares it with
 * its own. After a number of requests, and after any fault of its own, it ends and parent starts a fresh
 * one.
 */
#ifndef SERVER_ROLE_VERIFY_H
#define SERVER_ROLE_VERIFY_H

#include "proc/role.h"
#include "server/settings.h"

/* Serves until parent says stop or enough requests were served. Faults of start-up only. */
MUST fault role_verify_serve(struct role_id own, const struct settings *settings);

#endif
