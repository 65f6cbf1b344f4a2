/*
 * audit_verify: checks an export of the audit offline, by the server's keys alone.
 */
#ifndef CLI_AUDIT_VERIFY_H
#define CLI_AUDIT_VERIFY_H

#include "cli/session.h"

/* Ends the program with 1 when the export is not as it was written, or nothing of it was signed. */
#define AUDIT_VERIFY_BROKEN 1

MUST fault audit_verify(struct session *s);

#endif
