/*
 * sandbox: a process gives up all that its role does not need.
 *
 * For good and in this order: memory not readable by others, own user, no capabilities, resource limits,
 * Landlock (core: its data folder; the others: no path at all), a seccomp allow-list under which any other
 * system call ends the process. Open everything first: keys, logs, libraries that read files on first use.
 */
#ifndef PROC_SANDBOX_H
#define PROC_SANDBOX_H

#include <sys/types.h>

#include "base/fault.h"
#include "proc/role.h"

struct sandbox_plan {
	uid_t uid; /* to change to when started as root; 0: keep the user, without capabilities */
	gid_t gid;
	const char *folder; /* core: its data folder; NULL for the others */
	size_t memory_max;  /* octets of address space; 0: the role's default (verify 512 MiB) */
};

/*
 * Changes to the plan's user when started as root, and does nothing otherwise or the second time.
 * sandbox_enter does it too; a role that makes files which are to be its own calls this first. SYS_SANDBOX.
 */
MUST fault sandbox_leave_root(const struct sandbox_plan *plan);

/*
 * From here on files are opened below the folder alone, and to be read, also by root: whatever a library
 * asks for, desk holds its records read-only. SYS_SANDBOX; a kernel without Landlock lets it be.
 */
MUST fault sandbox_leave_writing(const char *folder);

/*
 * Closes the sandbox of the role around the calling process and logs what holds. The lists are inherited, so
 * those of parent and launcher are the union of what their children need, parent's without making sockets of
 * the internet, and answer EPERM instead of ending the process. SYS_SANDBOX when the kernel refuses a part; a
 * kernel without Landlock is logged and accepted.
 */
MUST fault sandbox_enter(enum role role, const struct sandbox_plan *plan);

#endif
