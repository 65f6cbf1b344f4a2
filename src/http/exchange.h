/*
 * exchange: one request that a listener has received whole, and the right to answer it once.
 *
 * The handler gets it, may keep it as long as it likes, and must end it with exactly one send, also when the
 * client is gone: then the answer is dropped. All calls belong to the thread of the listener's event base.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "http/reply.h"
#include "wire/head.h"

struct connection;
struct exchange;

/* Views live until the answer is sent. Fields are checked as in wire/head.h; absent ones were not sent. */
struct exchange_request {
	uint8_t id[REPLY_ID_SIZE]; /* random; the client sees it as Request-Id */
	struct bytes method, target, host, content_type, authorization;
	struct bytes if_match, if_none_match, cookie, csrf, client_cert;
	struct bytes body;
	struct bytes certificate; /* DER; the client holds its key, nothing else is checked; absent: none */
	const char *peer; /* the client's address as text */
	struct bytes position; /* where the answer goes on after a part of it; absent: at its beginning */
};

const struct exchange_request *exchange_request(const struct exchange *e);

/* Answers and ends the exchange; what reply points to is copied. */
void exchange_send(struct exchange *e, const struct reply *reply);

/*
 * An answer in parts, for one that is too long to be held: head and first part, then, whenever the client has
 * taken the part before, the listener's resume is called for the next. more says where that begins (at most
 * EXCHANGE_POSITION_MAX octets, or the connection is cut off) and stands in the request then; absent: this
 * was the last, and the exchange ends. The answer is chunked (RFC 9112 §7.1), so that what is cut off is not
 * taken for whole; of later parts only the body is looked at. A client of HTTP/1.0, which knows no chunks, is
 * answered HTTP_OLD instead.
 */
#define EXCHANGE_POSITION_MAX 2304
void exchange_send_part(struct exchange *e, const struct reply *reply, struct bytes more);

/* Cuts the connection off, since there is no next part, and ends the exchange. */
void exchange_cut(struct exchange *e);

/* Answers with the fault's problem document and status, and ends the exchange. detail may be NULL. */
void exchange_send_fault(struct exchange *e, fault why, const char *detail);

/*
 * The rest is for connection.c, which owns an exchange until it serves it.
 *
 * A new exchange with copies of the head's octets and of who asks.
 */
struct exchange_client {
	const char *peer;
	struct bytes certificate;
};
struct exchange *exchange_new(struct connection *c, const struct head *head,
			      const struct exchange_client *client);
void exchange_free(struct exchange *e);

/* Octets of the body that have come. */
size_t exchange_filled(const struct exchange *e);

/* Moves what is there of the body from in. True when the body is whole. */
MUST bool exchange_put(struct exchange *e, struct evbuffer *in);

/* The client is gone: the answer will be dropped. */
void exchange_drop(struct exchange *e);

#endif
