/*
 * status: what is running, for `assayd status`.
 *
 * parent writes one JSON object per line, parent first, to a file that is replaced at every change. The
 * reader adds what the kernel says of each process, so the file is believed only where /proc agrees.
 */
#ifndef PROC_STATUS_H
#define PROC_STATUS_H

#include <sys/types.h>

#include "base/fault.h"
#include "proc/parent.h"
#include "proc/role.h"

#define STATUS_ADDRESS_SIZE 64
#define STATUS_ROWS_MAX (PARENT_CHILDREN_MAX + 1)

struct status_row {
	struct role_id id;
	pid_t pid;
	int64_t started_s;
	unsigned restarts;
	bool ready; /* has finished its start-up; parent: all roles have */
	char address[STATUS_ADDRESS_SIZE]; /* where it listens, or empty */
	/* From /proc: */
	bool running;       /* the process is there, and a child of parent */
	uid_t uid;
	unsigned seccomp;   /* 2: filtered */
	bool no_new_privs;
};

struct status {
	size_t count;
	struct status_row rows[STATUS_ROWS_MAX];
};

/* Replaces the file. SYS_FILE when it cannot. */
MUST fault status_write(const char *path, const struct status *status);

/* Reads the file and /proc. SYS_FILE when there is no such file or it is not one of ours. */
MUST fault status_get(const char *path, struct status *ret);

#endif
