/*
 * loop: waiting for several things at once, on libevent.
 *
 * One loop per process, one thread. Everything that can happen is a loop_event: a timer, a signal, a readable
 * descriptor, or a deferred call. Callbacks run from loop_run alone, never from inside another call of this
 * module, and may free any loop_event, also their own.
 */
#ifndef PROC_LOOP_H
#define PROC_LOOP_H

#include <event2/event.h>

#include "base/fault.h"

struct loop;
struct loop_event;

/* Ends the process when there is no memory; so do the other _new calls here. */
struct loop *loop_new(void);
void loop_free(struct loop *loop);

/* Serves events until loop_stop. BUG when the system's poller fails. */
MUST fault loop_run(struct loop *loop);

/* Makes loop_run return once the present callback has. */
void loop_stop(struct loop *loop);

/* The libevent base beneath, for http/ and link. Borrowed. */
struct event_base *loop_base(const struct loop *loop);

/* A timer, not yet running. Starting a running one sets it anew. */
struct loop_event *loop_timer_new(struct loop *loop, void (*call)(void *self), void *self);
void loop_timer_start(struct loop_event *timer, int64_t after_ms);
void loop_timer_repeat(struct loop_event *timer, int64_t every_ms);

/*
 * A deferred call: once started it runs a single time, after every descriptor that was found ready together
 * has been served and before the loop sleeps again. Group commit hangs on it.
 */
struct loop_event *loop_deferred_new(struct loop *loop, void (*call)(void *self), void *self);
void loop_deferred_start(struct loop_event *deferred);

/* Calls for every arrival of the signal, from the loop and not from a handler. */
struct loop_event *loop_signal_new(struct loop *loop, int signal, void (*call)(void *self), void *self);

/* Calls whenever the descriptor is readable, which includes its end; does not own the descriptor. */
struct loop_event *loop_readable_new(struct loop *loop, int fd, void (*call)(void *self), void *self);

/* Stops what was started; it may be started again. */
void loop_event_stop(struct loop_event *event);

/* Forgets the event; NULL is nothing to do. */
void loop_event_free(struct loop_event *event);

#endif
