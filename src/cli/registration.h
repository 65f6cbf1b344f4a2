/*
 * registration: the records that say a device is ours before it ever connects.
 */
#ifndef CLI_REGISTRATION_H
#define CLI_REGISTRATION_H

#include "cli/resource.h"

extern const struct resource registration_resource;

/* The command registration allow-next. */
MUST fault registration_allow(struct session *s);

/* Prints all registrations as a file that `assay registration import` reads: CSV, or JSON. */
MUST fault registration_export(struct session *s);

#endif
