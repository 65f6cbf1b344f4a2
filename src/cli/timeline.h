/*
 * timeline: what happened to a device, and what it would have taken (doc/timeline.md).
 */
#ifndef CLI_TIMELINE_H
#define CLI_TIMELINE_H

#include "cli/resource.h"

extern const struct resource timeline_resource;

/* The command: all events of the device or EK hash that the argument names, in the form asked for. */
MUST fault timeline_write(struct session *s);

#endif
