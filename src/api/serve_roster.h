/*
 * serve_roster: the endpoints that take registrations by the page: Graph's, which keep what became of each
 * row, and the shell's, which name the rows that were not done and nothing else. Internal to api/.
 */
#ifndef API_SERVE_ROSTER_H
#define API_SERVE_ROSTER_H

#include "api/serving.h"

MUST fault serve_roster_import(struct serve *s);
MUST fault serve_roster_remove(struct serve *s);

/* importedWindowsAutopilotDeviceIdentity: one, or a list of them. */
MUST fault serve_roster_add_imported(struct serve *s);
MUST fault serve_roster_import_imported(struct serve *s);
MUST fault serve_roster_get_imported(struct serve *s);
MUST fault serve_roster_remove_imported(struct serve *s);

#endif
