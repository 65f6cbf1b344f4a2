/*
 * explain: what a code, an HRESULT, an event, a pasted text or a bundle of diagnostics says went wrong, and
 * what to do about it; asked of nobody.
 */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "cli/session.h"

/* Exit codes besides those of a command that could not be run. */
enum explain_exit {
	EXPLAIN_EXIT_KNOWN = 0,
	EXPLAIN_EXIT_UNKNOWN = 1, /* nothing in it is known */
};

/* The command. */
MUST fault explain_run(struct session *s);

#endif
