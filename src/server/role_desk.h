/*
 * role_desk: reads the records for administrators, and cannot write them: lists, reports, exports.
 */
#ifndef SERVER_ROLE_DESK_H
#define SERVER_ROLE_DESK_H

#include "proc/role.h"
#include "server/settings.h"

/* Each answers one call after the other: while a report goes through all records, another answers lists. */
#define ROLE_DESKS 2

MUST fault role_desk_serve(struct role_id own, const struct settings *s);

#endif
