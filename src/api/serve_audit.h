/*
 * serve_audit: a chain of the audit, as it can be kept elsewhere and checked there: rows and heads have the
 * members and values of wire/audit.h, so that what is shown is what was hashed.
 */
#ifndef API_SERVE_AUDIT_H
#define API_SERVE_AUDIT_H

#include "api/serving.h"

MUST fault serve_audit_list(struct serve *s);
MUST fault serve_audit_list_heads(struct serve *s);

/* How many rows the chain has. */
MUST fault serve_audit_count(struct serve *s);

#endif
