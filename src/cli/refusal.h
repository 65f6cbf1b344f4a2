/*
 * refusal: the devices that were turned away, as the shell shows them.
 */
#ifndef CLI_REFUSAL_H
#define CLI_REFUSAL_H

#include "cli/resource.h"

extern const struct resource refusal_resource;

#endif
