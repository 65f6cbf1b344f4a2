/*
 * issuer: the commands about CA certificates that were missing: assay roots pending, approve, reject.
 */
#ifndef CLI_ISSUER_H
#define CLI_ISSUER_H

#include "cli/resource.h"

extern const struct resource issuer_resource;

MUST fault issuer_approve(struct session *s);
MUST fault issuer_reject(struct session *s);

#endif
