/*
 * issuer: the commands about CA certificates that were missing: assay roots pending, approve, reject.
 */
#ifndef CLI_ISSUER_H
#define CLI_ISSUER_H

#include "cli/resource.h"

extern const struct resource issuer_resource;

#endif
