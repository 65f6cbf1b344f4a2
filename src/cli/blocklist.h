/*
 * blocklist: the commands about the blocklist (doc/blocklist.md): rows from options and from files, and back.
 */
#ifndef CLI_BLOCKLIST_H
#define CLI_BLOCKLIST_H

#include "cli/resource.h"

extern const struct resource blocklist_resource;

/* Each is the function of a row of commands. */
MUST fault blocklist_put_one(struct session *s);
MUST fault blocklist_import(struct session *s);
MUST fault blocklist_export(struct session *s);

#endif
