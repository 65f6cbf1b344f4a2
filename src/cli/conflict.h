/*
 * conflict: who claims what another device has, as the server shows them.
 */
#ifndef CLI_CONFLICT_H
#define CLI_CONFLICT_H

#include "cli/resource.h"

extern const struct resource conflict_resource;

#endif
