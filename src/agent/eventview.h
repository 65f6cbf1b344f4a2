/*
 * eventview: the events of this device on a screen, those that are there and those that come.
 */
#ifndef AGENT_EVENTVIEW_H
#define AGENT_EVENTVIEW_H

#include "agent/invocation.h"

/* The command events. Gives the exit code. */
int eventview_run(const struct invocation *invocation);

#endif
