/*
 * audit: what was done on the server, by whom: looked at, kept elsewhere, and checked there (doc/audit.md).
 */
#ifndef CLI_AUDIT_H
#define CLI_AUDIT_H

#include "cli/session.h"

/* Prints the latest rows and, with --follow, those that come, until it is stopped. */
MUST fault audit_tail(struct session *s);

/* Prints the whole chain with its signed heads, a line each, as trail_check_line (cert/trail.h) reads it. */
MUST fault audit_export(struct session *s);

/* Prints the keys that heads are signed with, a JWK Set. */
MUST fault audit_keys(struct session *s);

#endif
