#include "proc/loop.h"

#include <stdlib.h>

#include "base/heap.h"

struct loop {
	struct event_base *base;
};

struct loop_event {
	struct event *event;
	void (*call)(void *self);
	void *self;
};

struct loop *loop_new(void)
{
	struct loop *loop = heap_need(calloc(1, sizeof(*loop)));
	loop->base = heap_need(event_base_new());
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	event_base_free(loop->base);
	free(loop);
}

fault loop_run(struct loop *loop)
{
	return event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY) < 0 ? FAIL(BUG) : NULL;
}

void loop_stop(struct loop *loop)
{
	event_base_loopbreak(loop->base);
}

struct event_base *loop_base(const struct loop *loop)
{
	return loop->base;
}

/* The callback may free e, so nothing follows the call. */
static void on_event(evutil_socket_t fd, short what, void *context)
{
	const struct loop_event *e = context;
	(void)fd;
	(void)what;
	e->call(e->self);
}

static struct loop_event *event_of(void (*call)(void *self), void *self)
{
	struct loop_event *e = heap_need(calloc(1, sizeof(*e)));
	e->call = call;
	e->self = self;
	return e;
}

struct loop_event *loop_timer_new(struct loop *loop, void (*call)(void *self), void *self)
{
	struct loop_event *e = event_of(call, self);
	e->event = heap_need(event_new(loop->base, -1, 0, on_event, e));
	return e;
}

static void start_timer(struct loop_event *timer, int64_t ms, short persistence)
{
	struct event_base *base = event_get_base(timer->event);
	struct timeval after = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	event_del(timer->event);
	event_assign(timer->event, base, -1, persistence, on_event, timer);
	event_add(timer->event, &after);
}

void loop_timer_start(struct loop_event *timer, int64_t after_ms)
{
	start_timer(timer, after_ms, 0);
}

void loop_timer_repeat(struct loop_event *timer, int64_t every_ms)
{
	start_timer(timer, every_ms, EV_PERSIST);
}

struct loop_event *loop_deferred_new(struct loop *loop, void (*call)(void *self), void *self)
{
	return loop_timer_new(loop, call, self);
}

/* libevent appends an event made active to those found ready, and serves them all before it polls again. */
void loop_deferred_start(struct loop_event *deferred)
{
	event_active(deferred->event, EV_TIMEOUT, 0);
}

static struct loop_event *watch_new(struct event *event, struct loop_event *e)
{
	e->event = heap_need(event);
	event_add(e->event, NULL);
	return e;
}

struct loop_event *loop_signal_new(struct loop *loop, int signal, void (*call)(void *self), void *self)
{
	struct loop_event *e = event_of(call, self);
	return watch_new(event_new(loop->base, signal, EV_SIGNAL | EV_PERSIST, on_event, e), e);
}

struct loop_event *loop_readable_new(struct loop *loop, int fd, void (*call)(void *self), void *self)
{
	struct loop_event *e = event_of(call, self);
	return watch_new(event_new(loop->base, fd, EV_READ | EV_PERSIST, on_event, e), e);
}

void loop_event_stop(struct loop_event *event)
{
	event_del(event->event);
}

void loop_event_free(struct loop_event *event)
{
	if (!event)
		return;
	event_free(event->event);
	free(event);
}
