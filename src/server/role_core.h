/*
 * role_core: the records, the decisions, the tickets. It parses typed frames of our own and never what
 * strangers sent, and it cannot sign.
 */
#ifndef SERVER_ROLE_CORE_H
#define SERVER_ROLE_CORE_H

#include "proc/role.h"
#include "server/settings.h"

/* Serves until parent says stop. Faults of start-up only. */
MUST fault role_core_serve(struct role_id own, const struct settings *settings);

/* The database below the data folder, and the key that seals tickets. */
#define ROLE_CORE_FOLDER "core"
#define ROLE_CORE_DATABASE "core/assay.sqlite"
#define ROLE_CORE_TICKET_KEY "core/ticket.key"
#define ROLE_CORE_RECORD_KEY "core/record.key"

#endif
