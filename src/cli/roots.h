/*
 * roots: the CA certificates of TPM makers that the organisation trusts.
 */
#ifndef CLI_ROOTS_H
#define CLI_ROOTS_H

#include "cli/resource.h"

extern const struct resource roots_resource;

#endif
