/*
 * A link has one linear buffer each way, sized for the largest frame that may pass, allocated once: a frame
 * is always contiguous, so that its views can point into it, and nothing ever grows. Untouched pages cost
 * nothing.
 *
 * Sending only queues. The write event is made active at the first frame and runs after everything that was
 * found ready together, so that a batch of answers is one write(2); it goes to the poller only when the
 * kernel takes less.
 */
#include "proc/link.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "proc/log.h"

/* Where the type stands: behind the 4-octet length. */
#define TYPE_AT 4

/* How many of the largest frames a queue holds, and how small it may be. */
#define QUEUE_FRAMES 4
#define QUEUE_MIN 262144

struct tank {
	uint8_t *p;
	size_t size;
	size_t from, to;
};

struct link {
	struct link_plan plan;
	int fd;
	uint64_t may_send, may_receive;
	struct tank in, out;
	struct event *readable, *writable;
	bool lost; /* the peer takes no more; what it sent before is still read */
	bool closed;
	bool busy; /* a callback is running */
	bool gone; /* freed during a callback: the memory goes when it returns */
};

static size_t largest_frame(uint64_t types)
{
	size_t max = 0;
	for (enum frame_type type = FRAME_REQUEST; type < FRAME_TYPE_COUNT; type++)
		if ((types & ROLE_FRAME(type)) && frame_rows[type].max > max)
			max = frame_rows[type].max;
	return FRAME_HEAD_SIZE + max;
}

static struct tank tank_of(size_t size)
{
	struct tank t = { .p = malloc(size), .size = size };
	if (!t.p)
		abort();
	return t;
}

/* Moves what is there to the front. */
static void tank_pack(struct tank *t)
{
	size_t n = t->to - t->from;
	if (n > 0 && t->from > 0)
		memmove(t->p, t->p + t->from, n);
	t->from = 0;
	t->to = n;
}

static void destroy(struct link *link)
{
	event_free(link->readable);
	event_free(link->writable);
	close(link->fd);
	/* Frames carry secrets of tickets and tokens; what was handled before is wiped as it is passed on. */
	secret_done(link->in.p + link->in.from, link->in.to - link->in.from);
	secret_done(link->out.p + link->out.from, link->out.to - link->out.from);
	free(link->in.p);
	free(link->out.p);
	free(link);
}

static void shut(struct link *link, fault why)
{
	if (link->closed)
		return;
	link->closed = true;
	event_del(link->readable);
	event_del(link->writable);
	link->plan.closed(link->plan.self, link, why);
}

/* Takes one frame out of the input. *ret_any tells whether there was a whole one. */
static fault take_frame(struct link *link, bool *ret_any)
{
	struct frame frame = { 0 };
	struct bytes in = bytes_of(link->in.p + link->in.from, link->in.to - link->in.from);
	size_t size = 0;
	TRY(frame_parse(in, &frame, &size));
	/* The type is refused as soon as it is there, before the body has come. */
	bool typed = in.n >= FRAME_HEAD_SIZE;
	NEED(!typed || (link->may_receive & ROLE_FRAME(in.p[TYPE_AT])), SYS_FRAME);
	*ret_any = size > 0;
	if (size == 0)
		return NULL;
	/* Here and not in each handler, so that no role can forget to end whoever sends nonsense. */
	TRY(frame_check(&frame));
	link->in.from += size;
	link->plan.frame(link->plan.self, link, &frame);
	secret_done(link->in.p + link->in.from - size, size);
	return NULL;
}

static void take_frames(struct link *link)
{
	fault why = NULL;
	for (bool any = true; any && !why && !link->gone && !link->closed;)
		why = take_frame(link, &any);
	if (!why)
		return;
	char peer[ROLE_TEXT_SIZE];
	LOG(ERROR, "link-broken", log_text("peer", role_text(link->plan.peer, peer)), log_fault(why));
	shut(link, why);
}

static void receive(struct link *link)
{
	tank_pack(&link->in);
	ssize_t n = read(link->fd, link->in.p + link->in.to, link->in.size - link->in.to);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		link->in.to += (size_t)n;
		take_frames(link);
		return;
	}
	/* Part of a frame may be there still: whoever is killed while it writes has broken no rule. */
	shut(link, NULL);
}

static void transmit(struct link *link)
{
	struct tank *out = &link->out;
	ssize_t n = write(link->fd, out->p + out->from, out->to - out->from);
	link->lost = n < 0 && errno != EAGAIN && errno != EINTR;
	size_t sent = link->lost ? link_queued(link) : n > 0 ? (size_t)n : 0;
	secret_done(out->p + out->from, sent);
	out->from += sent;
	if (out->from < out->to)
		event_add(link->writable, NULL);
	else
		tank_pack(out);
}

static void transmit_and_tell(struct link *link)
{
	transmit(link);
	if (link->plan.drained && !link->lost && link_queued(link) == 0)
		link->plan.drained(link->plan.self, link);
}

/* Runs one step, during which the owner may free the link. */
static void run(struct link *link, void (*step)(struct link *))
{
	link->busy = true;
	step(link);
	link->busy = false;
	if (link->gone)
		destroy(link);
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	run(context, receive);
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	run(context, transmit_and_tell);
}

struct link *link_new(struct loop *loop, int fd, const struct link_plan *plan)
{
	struct link *link = calloc(1, sizeof(*link));
	if (!link)
		abort();
	link->plan = *plan;
	link->fd = fd;
	link->may_send = role_frames(plan->own, plan->peer.role);
	link->may_receive = role_frames(plan->peer.role, plan->own);
	size_t queue = QUEUE_FRAMES * largest_frame(link->may_send);
	link->in = tank_of(largest_frame(link->may_receive));
	link->out = tank_of(queue > QUEUE_MIN ? queue : QUEUE_MIN);
	link->readable = event_new(loop_base(loop), fd, EV_READ | EV_PERSIST, on_readable, link);
	link->writable = event_new(loop_base(loop), fd, EV_WRITE, on_writable, link);
	if (!link->readable || !link->writable)
		abort();
	event_add(link->readable, NULL);
	return link;
}

void link_free(struct link *link)
{
	if (!link)
		return;
	link->closed = true;
	link->gone = true;
	if (!link->busy)
		destroy(link);
}

fault link_send(struct link *link, enum frame_type type, uint64_t id, const void *message)
{
	struct tank *out = &link->out;
	NEED(!link->closed && !link->lost, SYS_BUSY);
	NEED(link->may_send & ROLE_FRAME(type), BUG);
	size_t most = FRAME_HEAD_SIZE + frame_rows[type].max;
	if (out->size - out->to < most)
		tank_pack(out);
	size_t room = out->size - out->to;
	struct wr w = wr_of(out->p + out->to, room);
	frame_write(type, id, message, &w);
	if (w.bad)
		return room < most ? FAIL(SYS_BUSY) : FAIL(BUG);
	bool first = link_queued(link) == 0;
	out->to += w.at;
	if (first)
		event_active(link->writable, EV_WRITE, 0);
	return NULL;
}

void link_flush(struct link *link, int within_ms)
{
	struct pollfd room = { link->fd, POLLOUT, 0 };
	while (link_queued(link) > 0 && !link->lost && poll(&room, 1, within_ms) > 0)
		transmit(link);
}

struct role_id link_peer(const struct link *link)
{
	return link->plan.peer;
}

size_t link_queued(const struct link *link)
{
	return link->out.to - link->out.from;
}

void link_pause(struct link *link)
{
	event_del(link->readable);
}

void link_resume(struct link *link)
{
	if (!link->closed)
		event_add(link->readable, NULL);
}
