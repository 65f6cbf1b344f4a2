#include "http/listener.h"

#include <event2/listener.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/clientcert.h"
#include "http/connection.h"
#include "http/identity.h"

#define SOCKET_OPTIONS (LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC)

struct listener {
	struct connection_pool pool; /* first: the pool's callback finds the listener by it */
	struct listener_plan plan;
	struct identity identity;
	struct evconnlistener *socket; /* NULL from listener_close on */
	struct event *end;             /* runs when the listener is closing and empty, or out of grace */
	void (*closed)(void *of);
	void *closed_of;
};

static void on_accept(struct evconnlistener *socket, evutil_socket_t fd, struct sockaddr *address, int size,
		      void *of)
{
	struct listener *l = of;
	struct connection_pool *pool = &l->pool;
	struct peer peer;
	(void)socket, (void)size;
	bool welcome = peer_parse(address, &peer) && connection_count(pool, &peer) < l->plan.peer_max;
	if (welcome && pool->count >= l->plan.connections_max)
		welcome = connection_free_waiting(pool);
	if (welcome)
		connection_new(pool, fd, &peer);
	else
		close(fd);
}

/* Out of descriptors: room is made, or accepting pauses until a connection has left. */
static void on_accept_error(struct evconnlistener *socket, void *of)
{
	struct listener *l = of;
	if (!connection_free_waiting(&l->pool) && l->pool.count > 0)
		evconnlistener_disable(socket);
}

static void on_left(struct connection_pool *pool)
{
	struct listener *l = (struct listener *)pool;
	if (l->socket)
		evconnlistener_enable(l->socket);
	else if (pool->count == 0)
		event_active(l->end, EV_TIMEOUT, 0);
}

static void listener_free(struct listener *l)
{
	if (l->socket)
		evconnlistener_free(l->socket);
	if (l->end)
		event_free(l->end);
	identity_close(&l->identity);
	free(l);
}

static void on_end(evutil_socket_t fd, short what, void *of)
{
	struct listener *l = of;
	void (*closed)(void *) = l->closed;
	void *closed_of = l->closed_of;
	(void)fd, (void)what;
	while (!TAILQ_EMPTY(&l->pool.all))
		connection_free(TAILQ_FIRST(&l->pool.all));
	listener_free(l);
	closed(closed_of);
}

/*
 * Libraries open files for the first reply of a process: jansson for the seed of its tables, the C library
 * for its time zone. This is that reply, so that a sandbox may close afterwards.
 */
static void write_first_reply(void)
{
	uint8_t id[REPLY_ID_SIZE];
	struct reply_frame frame = { .request_id = id };
	struct evbuffer *out = evbuffer_new();
	if (!out)
		abort();
	reply_id(id);
	reply_write_fault(FAIL(BUG), NULL, &frame, out);
	evbuffer_free(out);
}

fault listener_open(const struct listener_plan *plan, struct listener **ret)
{
	struct identity identity;
	TRY(identity_open(plan->certificate_path, plan->key_path, &identity));
	if (plan->asks_certificate)
		clientcert_ask(identity.tls);
	struct listener *l = calloc(1, sizeof(*l));
	if (!l)
		abort();
	*l = (struct listener){ .plan = *plan, .identity = identity };
	l->pool = (struct connection_pool){ .plan = &l->plan, .tls = identity.tls, .left = on_left };
	TAILQ_INIT(&l->pool.all);
	signal(SIGPIPE, SIG_IGN);
	write_first_reply();
	evutil_make_socket_nonblocking(plan->fd);
	l->end = evtimer_new(plan->base, on_end, l);
	l->socket = evconnlistener_new(plan->base, on_accept, l, SOCKET_OPTIONS, 0, plan->fd);
	if (!l->end || !l->socket)
		abort();
	evconnlistener_set_error_cb(l->socket, on_accept_error);
	*ret = l;
	return NULL;
}

const uint8_t *listener_key_hash(const struct listener *l)
{
	return l->identity.key_hash;
}

void listener_close(struct listener *l, void (*closed)(void *of), void *of)
{
	uint32_t ms = l->plan.deadlines.grace_ms;
	struct timeval grace = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	evconnlistener_free(l->socket);
	l->socket = NULL;
	l->closed = closed;
	l->closed_of = of;
	l->pool.is_closing = true;
	evtimer_add(l->end, &grace);
	connection_free_unbegun(&l->pool);
	if (l->pool.count == 0)
		event_active(l->end, EV_TIMEOUT, 0);
}
