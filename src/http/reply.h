/*
 * reply: what the server answers, as the octets of an HTTP/1.1 response (RFC 9112 §4, RFC 9110).
 *
 * Every reply carries Date (the device measures its clock by it), Request-Id, Content-Length, and says that
 * it is not to be taken for another content type; none but pages may be kept. Pages say what a browser may do
 * for them (Content Security Policy Level 3): use this server's files and nothing else, and show them in no
 * frame.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <event2/buffer.h>

#include "base/fault.h"

#define REPLY_ID_SIZE 16

struct reply {
	int status;
	const char *content_type; /* NULL: none, as for an empty body */
	struct bytes body;
	uint32_t retry_after_s;   /* zero: not said */
	struct bytes allow;       /* methods, for 405; absent: not said */
	struct bytes etag;        /* RFC 9110 §8.8.3; absent: not said */
	struct bytes reason;      /* Assay-Reason, for gates; absent: not said */
	bool is_page;             /* a file of a browser's page: gzip, kept but asked for again */
	struct bytes file;        /* its name where it is kept (RFC 6266); absent: not said */
	struct bytes cookie;      /* to be kept by the client (RFC 6265 §4.1); absent: none */
};

/* What the connection adds to a reply. */
struct reply_frame {
	const uint8_t *request_id; /* REPLY_ID_SIZE octets */
	bool is_last;              /* the connection ends after this reply */
	bool is_bodiless;          /* the answer to HEAD: length and type without the body */
	bool is_parted;            /* the body is the first part of one, and its length is not known */
};

/* A new random request id. */
void reply_id(uint8_t ret[static REPLY_ID_SIZE]);

/* Appends head and body to out; copies the body. */
void reply_write(const struct reply *r, const struct reply_frame *frame, struct evbuffer *out);

/* A further part, and what follows the last one. */
void reply_write_part(struct bytes part, struct evbuffer *out);
void reply_write_end(struct evbuffer *out);

/* The same for a fault: its problem document (wire/problem.h) with its HTTP status. detail may be NULL. */
void reply_write_fault(fault why, const char *detail, const struct reply_frame *frame, struct evbuffer *out);

#endif
