/*
 * restriction: the enrolment restrictions, in the order in which they are asked, and whom those that are only
 * monitored would have turned away.
 */
#ifndef CLI_RESTRICTION_H
#define CLI_RESTRICTION_H

#include "cli/resource.h"

extern const struct resource restriction_resource;
extern const struct resource restriction_hit_resource;

/* Puts a restriction where --priority says. */
MUST fault restriction_move(struct session *s);

#endif
