/*
 * device: managed devices, as the server shows them.
 */
#ifndef CLI_DEVICE_H
#define CLI_DEVICE_H

#include "cli/resource.h"

extern const struct resource device_resource;

#endif
