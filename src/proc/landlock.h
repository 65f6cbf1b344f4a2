/*
 * landlock: the kernel's own list of paths that a process may still reach (landlock(7)).
 */
#ifndef PROC_LANDLOCK_H
#define PROC_LANDLOCK_H

#include "base/fault.h"

/* What stays allowed. */
struct landlock_plan {
	const char *folder; /* NULL: no path at all */
	bool is_read_only;
	bool connects;
};

/*
 * For good: no path but those below the folder may be opened, and files there may be read, written, made,
 * renamed and removed, not executed; of a folder that is read only they may be read. A later call takes more
 * away, and gives nothing back. Where the kernel knows how, no TCP connection
 * may be made, unless the plan connects, none accepted on a port of one's own, and no signal sent to other
 * processes. Needs no_new_privs. *ret_abi is the version in force, zero when the kernel has none, which is
 * not a fault. SYS_SANDBOX when the kernel has it and refuses, or the folder is not there.
 */
MUST fault landlock_enter(const struct landlock_plan *plan, unsigned *ret_abi);

#endif
