#include "http/connection.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdlib.h>

#include "http/clientcert.h"
#include "wire/head.h"

enum state { IDLE, HEAD, BODY, SERVE, PART, WRITE, LINGER, STATE_COUNT };

struct connection {
	TAILQ_ENTRY(connection) link;
	struct connection_pool *pool;
	struct bufferevent *stream;
	struct event *deadline;
	struct bytes certificate;  /* what the client showed, from its first request on */
	struct exchange *exchange; /* owned in BODY and PART, the handler's in SERVE, else NULL */
	enum state state;
	bool is_last;
	struct peer peer;
};

static void idle_read(struct connection *c);
static void head_read(struct connection *c);
static void body_read(struct connection *c);
static void read_later(struct connection *c);
static void read_nothing(struct connection *c);

/* What a state does with octets that have come, and whether the client, not we, is to act next. */
static const struct {
	void (*read)(struct connection *c);
	bool is_waiting; /* makes room in a full listener */
	bool is_unbegun; /* ends at once when the listener closes */
} states[STATE_COUNT] = {
	[IDLE] = { idle_read, true, true },
	[HEAD] = { head_read, true, true },
	[BODY] = { body_read, false, false },
	[SERVE] = { read_later, false, false },
	[PART] = { read_later, false, false },
	[WRITE] = { read_later, false, false },
	[LINGER] = { read_nothing, true, false },
};

static const struct listener_deadlines *deadlines(const struct connection *c)
{
	return &c->pool->plan->deadlines;
}

/* How long moving size octets may take. */
static uint64_t transfer_ms(const struct connection *c, size_t size)
{
	return deadlines(c)->body_ms + (uint64_t)size * 1000 / deadlines(c)->rate;
}

static void state_enter(struct connection *c, enum state state, uint64_t ms)
{
	struct timeval after = { .tv_sec = (time_t)(ms / 1000), .tv_usec = (suseconds_t)(ms % 1000 * 1000) };
	c->state = state;
	TAILQ_REMOVE(&c->pool->all, c, link);
	TAILQ_INSERT_TAIL(&c->pool->all, c, link);
	if (state == SERVE)
		evtimer_del(c->deadline);
	else
		evtimer_add(c->deadline, &after);
}

static void connection_refuse(struct connection *c, fault why)
{
	uint8_t id[REPLY_ID_SIZE];
	struct reply_frame frame = { .request_id = id, .is_last = true };
	reply_id(id);
	reply_write_fault(why, NULL, &frame, connection_output(c));
	connection_send(c, true);
}

static void idle_read(struct connection *c)
{
	state_enter(c, HEAD, deadlines(c)->head_ms);
	head_read(c);
}

/* The head at the beginning of what has come; one octet above the ceiling is enough to refuse it. */
static fault head_take(struct connection *c, struct head *ret)
{
	struct evbuffer *in = bufferevent_get_input(c->stream);
	size_t n = evbuffer_get_length(in);
	n = n < HEAD_SIZE_MAX ? n : HEAD_SIZE_MAX;
	TRY(head_parse(bytes_of(evbuffer_pullup(in, (ev_ssize_t)n), n), ret));
	NEED(ret->body_size <= c->pool->plan->body_max, BODY_LIMIT);
	return NULL;
}

static void head_read(struct connection *c)
{
	struct head head;
	fault f = head_take(c, &head);
	if (f) {
		connection_refuse(c, f);
		return;
	}
	if (head.size == 0)
		return;
	if (!c->certificate.p)
		c->certificate = clientcert_get(bufferevent_openssl_get_ssl(c->stream));
	c->exchange = exchange_new(c, &head, &(struct exchange_client){ c->peer.text, c->certificate });
	evbuffer_drain(bufferevent_get_input(c->stream), head.size);
	state_enter(c, BODY, transfer_ms(c, head.body_size));
	body_read(c);
}

/* Whoever sends as it should has sent its body long before it is the oldest. */
static void make_room(struct connection_pool *pool)
{
	struct connection *c = TAILQ_FIRST(&pool->all);
	while (c && pool->held > pool->plan->bodies_max) {
		struct connection *next = TAILQ_NEXT(c, link);
		if (c->state == BODY)
			connection_free(c);
		c = next;
	}
}

static void body_read(struct connection *c)
{
	struct connection_pool *pool = c->pool;
	size_t before = exchange_filled(c->exchange);
	bool is_whole = exchange_put(c->exchange, bufferevent_get_input(c->stream));
	pool->held += exchange_filled(c->exchange) - before;
	if (!is_whole) {
		make_room(pool);
		return;
	}
	pool->held -= exchange_filled(c->exchange);
	state_enter(c, SERVE, 0);
	pool->plan->serve(pool->plan->of, c->exchange);
}

/* A request that comes before the answer to the one before stays where it is, up to the high-water mark. */
static void read_later(struct connection *c)
{
	(void)c;
}

static void read_nothing(struct connection *c)
{
	struct evbuffer *in = bufferevent_get_input(c->stream);
	evbuffer_drain(in, evbuffer_get_length(in));
}

/*
 * Closing a socket that has unread octets resets it and may destroy the answer on its way (RFC 9112 §9.6): we
 * end our half and read on until the client has ended its own.
 */
static void connection_linger(struct connection *c)
{
	SSL_shutdown(bufferevent_openssl_get_ssl(c->stream));
	ERR_clear_error(); /* the queue is shared by all connections */
	shutdown(bufferevent_getfd(c->stream), SHUT_WR);
	state_enter(c, LINGER, deadlines(c)->linger_ms);
	read_nothing(c);
}

static void on_read(struct bufferevent *stream, void *of)
{
	struct connection *c = of;
	(void)stream;
	states[c->state].read(c);
}

static void on_written(struct bufferevent *stream, void *of)
{
	struct connection *c = of;
	if (evbuffer_get_length(bufferevent_get_output(stream)) > 0)
		return;
	if (c->state == PART) {
		state_enter(c, SERVE, 0);
		c->pool->plan->resume(c->pool->plan->of, c->exchange);
		return;
	}
	if (c->state != WRITE)
		return;
	if (c->is_last || c->pool->is_closing) {
		connection_linger(c);
		return;
	}
	state_enter(c, IDLE, deadlines(c)->idle_ms);
	if (evbuffer_get_length(bufferevent_get_input(stream)) > 0)
		idle_read(c);
}

static void on_event(struct bufferevent *stream, short what, void *of)
{
	(void)stream;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		connection_free(of);
}

static void on_deadline(evutil_socket_t fd, short what, void *of)
{
	(void)fd, (void)what;
	connection_free(of);
}

/* Nagle and delayed acknowledgements together cost 40 ms a connection. */
static void send_at_once(int fd)
{
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void connection_new(struct connection_pool *pool, int fd, const struct peer *peer)
{
	struct connection *c = calloc(1, sizeof(*c));
	SSL *tls = SSL_new(pool->tls);
	if (!c || !tls)
		abort();
	send_at_once(fd);
	*c = (struct connection){ .pool = pool, .peer = *peer };
	c->stream = bufferevent_openssl_socket_new(pool->plan->base, fd, tls, BUFFEREVENT_SSL_ACCEPTING,
						   BEV_OPT_CLOSE_ON_FREE);
	c->deadline = evtimer_new(pool->plan->base, on_deadline, c);
	if (!c->stream || !c->deadline)
		abort();
	pool->count++;
	TAILQ_INSERT_TAIL(&pool->all, c, link);
	state_enter(c, HEAD, deadlines(c)->head_ms);
	bufferevent_setcb(c->stream, on_read, on_written, on_event, c);
	bufferevent_setwatermark(c->stream, EV_READ, 0, HEAD_SIZE_MAX);
	bufferevent_enable(c->stream, EV_READ | EV_WRITE);
}

void connection_free(struct connection *c)
{
	struct connection_pool *pool = c->pool;
	if (c->state == BODY) {
		pool->held -= exchange_filled(c->exchange);
		exchange_free(c->exchange);
	}
	if (c->state == PART)
		exchange_free(c->exchange);
	if (c->state == SERVE)
		exchange_drop(c->exchange);
	TAILQ_REMOVE(&pool->all, c, link);
	pool->count--;
	event_free(c->deadline);
	bufferevent_free(c->stream);
	OPENSSL_free((void *)(uintptr_t)c->certificate.p);
	free(c);
	pool->left(pool);
}

size_t connection_count(const struct connection_pool *pool, const struct peer *peer)
{
	const struct connection *c;
	size_t n = 0;
	TAILQ_FOREACH(c, &pool->all, link)
		n += is_peer_near(&c->peer, peer);
	return n;
}

bool connection_free_waiting(struct connection_pool *pool)
{
	struct connection *c;
	TAILQ_FOREACH(c, &pool->all, link) {
		if (!states[c->state].is_waiting)
			continue;
		connection_free(c);
		return true;
	}
	return false;
}

void connection_free_unbegun(struct connection_pool *pool)
{
	struct connection *c = TAILQ_FIRST(&pool->all);
	while (c) {
		struct connection *next = TAILQ_NEXT(c, link);
		if (states[c->state].is_unbegun)
			connection_free(c);
		c = next;
	}
}

struct evbuffer *connection_output(struct connection *c)
{
	return bufferevent_get_output(c->stream);
}

bool is_connection_closing(const struct connection *c)
{
	return c->pool->is_closing;
}

void connection_send(struct connection *c, bool is_last)
{
	c->exchange = NULL;
	c->is_last = is_last;
	state_enter(c, WRITE, transfer_ms(c, evbuffer_get_length(connection_output(c))));
}

void connection_send_part(struct connection *c)
{
	state_enter(c, PART, transfer_ms(c, evbuffer_get_length(connection_output(c))));
}
