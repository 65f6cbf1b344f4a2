/*
 * idp: what the shell shows of identity providers, and what makes one.
 */
#ifndef CLI_IDP_H
#define CLI_IDP_H

#include "cli/resource.h"

extern const struct resource idp_resource;

#endif
