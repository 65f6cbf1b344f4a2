/*
 * landlock: the kernel's own list of paths that a process may still reach (landlock(7)).
 */
#ifndef PROC_LANDLOCK_H
#define PROC_LANDLOCK_H

#include "base/fault.h"

/*
 * For good: no path but those below folder may be opened, and files there may be read, written, made, renamed
 * and removed, not executed; folder NULL is no path at all. Where the kernel knows how, no TCP connection
 * may be made, unless connects says so, none accepted on a port of one's own, and no signal sent to other
 * processes. Needs no_new_privs. *ret_abi is the version in force, zero when the kernel has none, which is
 * not a fault. SYS_SANDBOX when the kernel has it and refuses, or the folder is not there.
 */
MUST fault landlock_enter(const char *folder, bool connects, unsigned *ret_abi);

#endif
