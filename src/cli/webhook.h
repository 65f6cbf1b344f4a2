/*
 * webhook: who is told of what happens to devices.
 */
#ifndef CLI_WEBHOOK_H
#define CLI_WEBHOOK_H

#include "cli/resource.h"

extern const struct resource webhook_resource;

#endif
