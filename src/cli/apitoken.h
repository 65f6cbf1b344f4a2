/*
 * apitoken: tokens of administrators and programs.
 */
#ifndef CLI_APITOKEN_H
#define CLI_APITOKEN_H

#include "cli/resource.h"

extern const struct resource apitoken_resource;

#endif
