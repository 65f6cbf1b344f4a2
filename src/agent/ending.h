/*
 * ending: how a command ends that did not succeed: its exit code, and its cause as people are told.
 */
#ifndef AGENT_ENDING_H
#define AGENT_ENDING_H

#include "agent/cause.h"
#include "agent/invocation.h"

/* The exit code after that fault, whose cause is known; NULL: it is done. */
enum invocation_exit ending_code(const struct cause *cause, fault f);

/* Code, what, detail and remedy under a headline, on standard error. */
void ending_print(const struct cause *cause);

#endif
