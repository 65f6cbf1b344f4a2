/*
 * link: typed frames between two processes over a stream socket.
 *
 * The link knows both roles and with them which frame types may pass each way (proc/role.h). Whatever else
 * comes, oversized, malformed or simply not this role's to say, closes the link and is logged with the
 * sender's name. Both directions have buffers of fixed size: a peer that floods waits in the kernel, a peer
 * that does not read makes link_send refuse.
 */
#ifndef PROC_LINK_H
#define PROC_LINK_H

#include "base/fault.h"
#include "proc/loop.h"
#include "proc/role.h"

struct link;

struct link_plan {
	enum role own;
	struct role_id peer;
	void *self;
	/*
	 * A whole frame of an allowed type that frame_get can read; it and all views into it end with the
	 * call.
	 */
	void (*frame)(void *self, struct link *link, const struct frame *frame);
	/*
	 * The link is over: NULL when the peer closed it or died, SYS_FRAME when it broke the rules. Called
	 * once and from the loop; the owner calls link_free, here or later.
	 */
	void (*closed)(void *self, struct link *link, fault why);
	/* All that was queued has been taken: who has much to say goes on here. May be NULL. */
	void (*drained)(void *self, struct link *link);
};

/*
 * Takes over fd, which must be non-blocking; the plan is copied. Ends the process when there is no memory.
 * link_free may be called in any callback, and drops what is not sent yet.
 */
struct link *link_new(struct loop *loop, int fd, const struct link_plan *plan);
void link_free(struct link *link);

/*
 * Queues one frame; all frames queued before the loop sleeps go out with one system call. message is the
 * struct of the type's table, NULL for types without body. SYS_BUSY when the queue is full or the link is
 * closed, BUG when the type is not this role's to send or the message breaks its table; nothing is queued
 * then.
 */
MUST fault link_send(struct link *link, enum frame_type type, uint64_t id, const void *message);

/*
 * Sends what is queued without the loop, as long as the peer takes some of it within that time. For a last
 * word.
 */
void link_flush(struct link *link, int within_ms);

/* The process at the other end. */
struct role_id link_peer(const struct link *link);

/* Octets queued and not yet taken by the kernel. */
size_t link_queued(const struct link *link);

/* Stops and resumes reading; a paused peer waits in the kernel. Frames of the present read still come. */
void link_pause(struct link *link);
void link_resume(struct link *link);

#endif
