/*
 * profile: what registered devices are to do, and which of them get it without naming it.
 */
#ifndef CLI_PROFILE_H
#define CLI_PROFILE_H

#include "cli/resource.h"

extern const struct resource profile_resource;
extern const struct resource profile_assignment_resource;

/* The commands profile assign and profile unassign. */
MUST fault profile_assign(struct session *s);

#endif
