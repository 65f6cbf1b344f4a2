/*
 * launcher: starts the roles that make sockets of the internet, which parent has given up for good.
 *
 * What a process gives up its children do not have either. So before parent closes its sandbox it makes one
 * process that keeps this right: it holds no descriptor but its end of a socket, reads one short packet of
 * parent's for each process asked for, and nothing else. Whatever it makes is parent's child, to be watched,
 * joined and ended like all others. A launcher that was killed is not made again: its roles stay away until
 * the server is started anew, and everything else goes on.
 */
#ifndef PROC_LAUNCHER_H
#define PROC_LAUNCHER_H

#include "proc/spawn.h"

struct launcher {
	pid_t pid;
	int fd; /* spawn_plan.launcher; -1: there is none */
};

/*
 * Makes the launcher, which starts roles with the program and arguments of the plan; open leaves its sandbox
 * away, as parent's. SYS_BUSY when the system has no room for one more process.
 */
MUST fault launcher_open(const struct spawn_plan *plan, bool open, struct launcher *ret);

/* Ends and reaps it. Nothing to do when there is none. */
void launcher_close(struct launcher *l);

/*
 * Has it make the process of that role, with that end of its control socket; for spawn. SYS_BUSY when it does
 * not answer or could not.
 */
MUST fault launcher_send(int fd, struct role_id id, int control, pid_t *ret);

#endif
