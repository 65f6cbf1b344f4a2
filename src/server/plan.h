/*
 * plan: which processes assayd consists of, and who has a link to whom.
 *
 * net (device) ↔ verify, net (admin) ↔ a verify of its own, every verify ↔ core, core ↔ ca,
 * core ↔ fetch, core ↔ desk.
 */
#ifndef SERVER_PLAN_H
#define SERVER_PLAN_H

#include "proc/parent.h"
#include "server/settings.h"

#define PLAN_STATUS "status.json"

/* Runs the server until it is stopped; arguments is the command line after the program's name. */
MUST fault plan_run(const struct settings *s, const char *const *arguments);

/* Runs the role that parent started this process as. Returns the process's exit code. */
int plan_serve(struct role_id own, const struct settings *s);

#endif
