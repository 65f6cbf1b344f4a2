/*
 * spawn: executes this very program again as one role.
 *
 * The new process has descriptors 0 to 2, its control socket as 3, a listening socket as 4 where the role has
 * one, and nothing else of parent: memory is made anew by the execution, and with it address layout and
 * canaries.
 */
#ifndef PROC_SPAWN_H
#define PROC_SPAWN_H

#include <sys/types.h>

#include "base/fault.h"
#include "proc/role.h"

#define SPAWN_ARGUMENTS_MAX 256

struct spawn_plan {
	const char *program;
	const char *const *arguments; /* NULL at the end; at most SPAWN_ARGUMENTS_MAX; NULL: none */
	struct role_id id;
	int listener; /* borrowed, or -1 */
	int launcher; /* who makes the process instead (proc/launcher.h); borrowed, or -1 */
};

struct spawn {
	pid_t pid;
	int process; /* pidfd: readable when the process has ended */
	int control; /* parent's end */
};

/*
 * The caller owns both descriptors and reaps the process. SYS_BUSY when the system has no room for one more.
 */
MUST fault spawn_run(const struct spawn_plan *plan, struct spawn *ret);

/*
 * In the new process: becomes the role of the plan, with that end of its control socket. Signals are ignored
 * from here on: a Ctrl-C reaches the whole group, but parent alone decides about the order of the end.
 */
_Noreturn void spawn_execute(const struct spawn_plan *plan, int control);

#endif
