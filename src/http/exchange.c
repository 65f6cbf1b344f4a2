#include "http/exchange.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/connection.h"

struct exchange {
	struct exchange_request request;
	struct connection *connection; /* NULL: the client is gone */
	bool is_last;
	bool is_bodiless;
	bool is_old;
	uint8_t position[EXCHANGE_POSITION_MAX];
	char peer[INET6_ADDRSTRLEN];
	uint8_t *body;
	size_t filled;
}; /* the head's octets follow, then the body's, then the certificate's */

/* The view of the same octets in their copy. */
static struct bytes moved(struct bytes view, const uint8_t *from, const uint8_t *to)
{
	return view.p ? bytes_of(to + (view.p - from), view.n) : view;
}

struct exchange *exchange_new(struct connection *c, const struct head *head,
			      const struct exchange_client *client)
{
	const uint8_t *from = head->method.p; /* a head begins with its method */
	struct bytes shown = client->certificate;
	struct exchange *e = malloc(sizeof(*e) + head->size + head->body_size + shown.n);
	if (!e)
		abort();
	uint8_t *to = (uint8_t *)(e + 1);
	memcpy(to, from, head->size);
	if (shown.n)
		memcpy(to + head->size + head->body_size, shown.p, shown.n);
	*e = (struct exchange){
		.request = { .method = moved(head->method, from, to),
			     .target = moved(head->target, from, to),
			     .host = moved(head->host, from, to),
			     .content_type = moved(head->content_type, from, to),
			     .authorization = moved(head->authorization, from, to),
			     .if_match = moved(head->if_match, from, to),
			     .if_none_match = moved(head->if_none_match, from, to),
			     .cookie = moved(head->cookie, from, to),
			     .csrf = moved(head->csrf, from, to),
			     .client_cert = moved(head->client_cert, from, to),
			     .body = bytes_of(to + head->size, head->body_size),
			     .certificate = bytes_unless_empty(
				     bytes_of(to + head->size + head->body_size, shown.n)),
			     .peer = e->peer },
		.connection = c,
		.is_last = head->is_last,
		.is_bodiless = is_bytes_text(head->method, "HEAD"),
		.is_old = head->is_old,
		.body = to + head->size,
	};
	snprintf(e->peer, sizeof(e->peer), "%s", client->peer);
	reply_id(e->request.id);
	return e;
}

void exchange_free(struct exchange *e)
{
	free(e);
}

size_t exchange_filled(const struct exchange *e)
{
	return e->filled;
}

bool exchange_put(struct exchange *e, struct evbuffer *in)
{
	int n = evbuffer_remove(in, e->body + e->filled, e->request.body.n - e->filled);
	if (n > 0)
		e->filled += (size_t)n;
	return e->filled == e->request.body.n;
}

void exchange_drop(struct exchange *e)
{
	e->connection = NULL;
}

const struct exchange_request *exchange_request(const struct exchange *e)
{
	return &e->request;
}

static struct reply_frame exchange_frame(const struct exchange *e)
{
	return (struct reply_frame){ .request_id = e->request.id, .is_bodiless = e->is_bodiless,
				     .is_last = e->is_last || is_connection_closing(e->connection) };
}

void exchange_send(struct exchange *e, const struct reply *reply)
{
	if (e->connection) {
		struct reply_frame frame = exchange_frame(e);
		reply_write(reply, &frame, connection_output(e->connection));
		connection_send(e->connection, frame.is_last);
	}
	exchange_free(e);
}

static void write_part(const struct exchange *e, const struct reply *reply, struct evbuffer *out)
{
	if (e->request.position.p) {
		reply_write_part(reply->body, out);
		return;
	}
	struct reply_frame frame = exchange_frame(e);
	frame.is_parted = true;
	reply_write(reply, &frame, out);
}

void exchange_send_part(struct exchange *e, const struct reply *reply, struct bytes more)
{
	if (!e->connection || more.n > sizeof(e->position)) {
		exchange_cut(e);
		return;
	}
	if (e->is_old) {
		exchange_send_fault(e, FAIL(HTTP_OLD), NULL);
		return;
	}
	write_part(e, reply, connection_output(e->connection));
	if (!more.p) {
		reply_write_end(connection_output(e->connection));
		connection_send(e->connection, e->is_last || is_connection_closing(e->connection));
		exchange_free(e);
		return;
	}
	memcpy(e->position, more.p, more.n);
	e->request.position = bytes_of(e->position, more.n);
	connection_send_part(e->connection);
}

void exchange_cut(struct exchange *e)
{
	if (e->connection)
		connection_free(e->connection);
	exchange_free(e);
}

void exchange_send_fault(struct exchange *e, fault why, const char *detail)
{
	if (e->connection) {
		struct reply_frame frame = exchange_frame(e);
		reply_write_fault(why, detail, &frame, connection_output(e->connection));
		connection_send(e->connection, frame.is_last);
	}
	exchange_free(e);
}
