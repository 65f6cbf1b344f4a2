/*
 * sessions: who is signed in.
 */
#ifndef CLI_SESSIONS_H
#define CLI_SESSIONS_H

#include "cli/resource.h"

extern const struct resource sessions_resource;

#endif
