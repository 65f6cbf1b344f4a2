/*
 * profile: what registered devices are to do.
 */
#ifndef CLI_PROFILE_H
#define CLI_PROFILE_H

#include "cli/resource.h"

extern const struct resource profile_resource;

#endif
