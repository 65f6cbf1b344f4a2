/*
 * parent: starts the roles, joins them, starts them again.
 *
 * Every role is the same program executed anew. parent opens the listening sockets, gives up the right to
 * make internet sockets (a launcher keeps it for the one role that needs it), starts the roles in the order
 * of the plan, each after the one before is ready, and hands both ends of every link out over control
 * sockets. A process that ends is started again, at once after a clean exit and with a growing delay
 * otherwise, and its links are made anew. On SIGTERM and SIGINT the roles are stopped in reverse order, each
 * draining first. No role outlives parent.
 */
#ifndef PROC_PARENT_H
#define PROC_PARENT_H

#include "base/fault.h"
#include "proc/role.h"

#define PARENT_CHILDREN_MAX 64

struct parent_role {
	enum role role;
	unsigned instances;
	/* "127.0.0.1:8443" or "[::]:8443", or NULL; several instances share the port (SO_REUSEPORT). */
	const char *listen;
	bool egress; /* makes sockets of the internet: started by the launcher (proc/launcher.h) */
};

struct parent_link {
	struct role_id a, b;
};

struct parent_plan {
	const char *program;          /* "assayd": what comes before the role in ps */
	const char *const *arguments; /* argv[1] and on of every child, NULL at the end */
	const struct parent_role *roles;
	size_t role_count;
	const struct parent_link *links;
	size_t link_count;
	const char *status_path; /* written anew at every change (proc/status.h) */
	int64_t delay_ms;        /* first delay of a restart, doubled each time; 0: 50 */
	int64_t delay_max_ms;    /* 0: 5000 */
	int64_t settled_ms;      /* a process that ran this long starts with the first delay again; 0: 5000 */
	int64_t stop_ms;         /* for an orderly stop, then all are killed; 0: 10000 */
	bool open;               /* for tests under sanitizers: no sandbox around parent */
};

/*
 * Serves until SIGTERM or SIGINT and returns NULL after an orderly stop. Returns the fault of a role that
 * could not start, SYS_START when it ended without saying why, SYS_PORT or CONFIG_INVALID for an address,
 * SYS_SANDBOX. No child is left when it returns.
 */
MUST fault parent_run(const struct parent_plan *plan);

#endif
