/*
 * evidence: the dossiers that the server keeps (doc/evidence.md).
 */
#ifndef CLI_EVIDENCE_H
#define CLI_EVIDENCE_H

#include "cli/resource.h"

/* The dossier of a device or refusal with that id; it lives until the server is next asked. */
MUST fault evidence_get(struct session *s, const char *path, struct bytes *ret);

/* Writes the dossier of the record that the command line names to the file of --out. */
MUST fault evidence_save(struct session *s);

#endif
