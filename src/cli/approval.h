/*
 * approval: changes that wait for a second person.
 */
#ifndef CLI_APPROVAL_H
#define CLI_APPROVAL_H

#include "cli/resource.h"

extern const struct resource approval_resource;

/* Approves; prints the link or token that is made by it, alone, this once. */
MUST fault approval_approve(struct session *s);

#endif
