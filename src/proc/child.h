/*
 * child: the life of one role's process, seen from inside.
 *
 * parent re-executes the program with a control socket as descriptor 3 (and a listening socket as 4 for roles
 * that listen). A role's main is then: child_open, read keys and files, sandbox_enter, child_ready, loop_run,
 * child_close. The child keeps the links to its peers: a peer that dies closes its link, and when parent has
 * started it again a new link appears under the same name.
 */
#ifndef PROC_CHILD_H
#define PROC_CHILD_H

#include "proc/link.h"
#include "proc/loop.h"
#include "proc/role.h"

#define CHILD_CONTROL 3
#define CHILD_LISTENER 4

struct child;

struct child_plan {
	void *self;
	/* A link to that peer is up; it replaces an earlier one. May be NULL. */
	void (*joined)(void *self, struct role_id peer, struct link *link);
	/*
	 * The link to that peer is over and freed after the call: whatever was asked there gets no answer.
	 * May be NULL.
	 */
	void (*left)(void *self, struct role_id peer, struct link *link);
	/* A frame from link_peer(link). */
	void (*frame)(void *self, struct link *link, const struct frame *frame);
	/* All that was queued for the peer has been taken. May be NULL. */
	void (*drained)(void *self, struct link *link);
	/* Finish what is under way, then loop_stop. parent ends the process when that takes too long. */
	void (*stop)(void *self);
};

/*
 * Reads the role from argv[0] ("assayd: verify 0"). False when the program was started by a person; main asks
 * this first.
 */
MUST bool child_parse(const char *argv0, struct role_id *ret);

/*
 * Attaches the process to parent: it dies with parent, ignores SIGINT, SIGTERM, SIGHUP and SIGPIPE, and gets
 * its role as its name. SYS_FRAME when descriptor 3 is not a control socket of the process's parent.
 */
MUST fault child_open(struct loop *loop, struct role_id own, const struct child_plan *plan,
		      struct child **ret);

/* Sends what is queued, then frees the child and its links; left is not called. NULL is nothing to do. */
void child_close(struct child *child);

/* Tells parent that start-up is over and the sandbox closed. */
MUST fault child_ready(struct child *child);

/*
 * Tells parent why start-up failed; the caller then leaves its main with CHILD_EXIT_FAULT. During the
 * server's own start parent stops and returns this fault. Log the detail first.
 */
#define CHILD_EXIT_FAULT 3
void child_refuse(struct child *child, fault why);

/* The present link to that peer, or NULL. */
struct link *child_find(const struct child *child, struct role_id peer);

/* The listening socket, which the caller then owns, or -1 when this role has none. */
int child_listener(const struct child *child);

/*
 * Bounds the processor time until the next call: the process ends when it has used that much; zero lifts the
 * bound. For verify, around each request; parent starts it again.
 */
void child_bound(int64_t processor_ms);

#endif
