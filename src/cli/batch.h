/*
 * batch: what many devices are told to do at once (cli/order.h), and how far that is.
 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "cli/resource.h"

extern const struct resource batch_resource;

#endif
