/*
 * filter: the system calls that each role may make (seccomp(2)), one table for all of them.
 */
#ifndef PROC_FILTER_H
#define PROC_FILTER_H

#include "base/fault.h"
#include "proc/role.h"

/*
 * For good: a call outside the role's column ends the process (parent: answers EPERM, since its children
 * inherit the filter and the libraries' start-up code tries things). SYS_SANDBOX when the kernel refuses.
 */
MUST fault filter_enter(enum role role);

#endif
