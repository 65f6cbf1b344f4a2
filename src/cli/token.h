/*
 * token: enrolment tokens; the text of one is shown once, when it is made.
 */
#ifndef CLI_TOKEN_H
#define CLI_TOKEN_H

#include "cli/resource.h"

extern const struct resource token_resource;

#endif
