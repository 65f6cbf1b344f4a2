/*
 * device: managed devices, as the server shows them.
 */
#ifndef CLI_DEVICE_H
#define CLI_DEVICE_H

#include "cli/resource.h"

extern const struct resource device_resource;

/* The attestation result of the device that the argument names, as it is to be shown to others. */
MUST fault device_result(struct session *s);

#endif
