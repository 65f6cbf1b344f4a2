/*
 * connection: one accepted connection of a listener, from handshake to close. Private to http/.
 *
 *   accepted ──► HEAD ──whole──► BODY ──whole──► SERVE ──answered──► WRITE ──written──► IDLE, or LINGER
 *                 ▲ └─ refused: WRITE, the last one                                      │     after the last
 *                 └──────────────────────────── first octet ─────────────────────────────┘
 *
 * An answer in parts is in PART while one of them is written, and in SERVE while the next is made.
 * Each state but SERVE, whose length is the handler's, has a deadline that frees the connection.
 */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include <openssl/ssl.h>
#include <sys/queue.h>

#include "http/listener.h"
#include "http/peer.h"

struct connection;

/* A listener's connections, those that entered their state first at the front. */
struct connection_pool {
	TAILQ_HEAD(, connection) all;
	size_t count;
	size_t held; /* octets of the bodies of connections in BODY */
	const struct listener_plan *plan;
	SSL_CTX *tls;
	bool is_closing; /* no request is begun any more */
	void (*left)(struct connection_pool *pool); /* a connection has been freed */
};

/* Takes the accepted descriptor over. */
void connection_new(struct connection_pool *pool, int fd, const struct peer *peer);

/* Cuts the connection off. An exchange that its handler still has stays with the handler. */
void connection_free(struct connection *c);

/* How many connections of the pool come from the peer's network. */
size_t connection_count(const struct connection_pool *pool, const struct peer *peer);

/* Frees the connection that has waited longest for its client to begin or leave. False when none waits. */
bool connection_free_waiting(struct connection_pool *pool);

/* Frees the connections that have begun no request. */
void connection_free_unbegun(struct connection_pool *pool);

/* For the exchange in SERVE: where its answer goes, whether it must be the last, and that it is there. */
struct evbuffer *connection_output(struct connection *c);
bool is_connection_closing(const struct connection *c);
void connection_send(struct connection *c, bool is_last);

/* The same of a part of it: the exchange is the connection's until the client has taken it. */
void connection_send_part(struct connection *c);

#endif
