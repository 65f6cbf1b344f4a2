/*
 * listener: the HTTPS server of one listening socket (HTTP/1.1 over TLS 1.2 or 1.3, RFC 9112, RFC 8446).
 *
 * It bounds and frames requests and knows nothing of what they mean: whatever wire/head.h accepts goes to the
 * handler, everything else is answered with a problem document and the connection closes. Every state of a
 * connection but the handler's own has a deadline that progress does not extend. When the listener is full,
 * the connection that has waited longest for a request makes room; when bodies on their way fill their
 * share of memory, the one that has been coming longest does.
 */
#ifndef HTTP_LISTENER_H
#define HTTP_LISTENER_H

#include <event2/event.h>

#include "base/fault.h"
#include "http/exchange.h"

#define LISTENER_KEY_HASH_SIZE 32

struct listener;

struct listener_deadlines {
	uint32_t head_ms;   /* to the first whole head; for later heads from their first octet */
	uint32_t idle_ms;   /* from a reply to the first octet of the next head */
	uint32_t body_ms;   /* a body, a reply: this long, and longer by its size over rate */
	uint32_t rate;      /* octets in a second, at least one */
	uint32_t linger_ms; /* after the last reply, until the client closes too */
	uint32_t grace_ms;  /* after listener_close, for requests in flight */
};

#define LISTENER_DEADLINES { .head_ms = 10000, .idle_ms = 60000, .body_ms = 10000, .rate = 16384, \
			     .linger_ms = 2000, .grace_ms = 10000 }

struct listener_plan {
	struct event_base *base;
	int fd;                       /* bound and listening; the listener's when listener_open succeeds */
	const char *certificate_path; /* PEM: the server's certificate, then those above it to the root */
	const char *key_path;         /* PEM */
	size_t body_max;
	size_t bodies_max;            /* octets of all bodies that are on their way; at least body_max */
	uint32_t connections_max;     /* keep below the limit of descriptors */
	uint32_t peer_max;            /* of them from one IPv4 address or IPv6 /64 */
	bool asks_certificate;        /* clients may show one (exchange_request.certificate) */
	struct listener_deadlines deadlines;
	void (*serve)(void *of, struct exchange *e);
	void (*resume)(void *of, struct exchange *e); /* the next part; NULL: no answer is in parts */
	void *of;
};

/*
 * Loads certificate and key, starts accepting once the base runs, and opens no file afterwards. The plan is
 * copied; its paths are borrowed for the call alone. The process ignores SIGPIPE from here on. SYS_FILE when
 * a file cannot be read, KEY_FILE when it holds no usable certificate or key or they do not belong together.
 */
MUST fault listener_open(const struct listener_plan *plan, struct listener **ret);

/* SHA-256 of the SubjectPublicKeyInfo of the server's certificate: what device statements are bound to. */
const uint8_t *listener_key_hash(const struct listener *l);

/*
 * Stops accepting, lets requests in flight end within grace_ms, then frees the listener and calls closed from
 * the event loop. Exchanges that outlive it stay with the handler, which ends them as usual.
 */
void listener_close(struct listener *l, void (*closed)(void *of), void *of);

#endif
