/*
 * head: the head of one HTTP/1.1 request (RFC 9112 §2-6), read strictly.
 *
 * Every form that two readers could read in two ways is refused: bare LF, folding, space before a colon, more
 * than one Content-Length, any Transfer-Encoding, anything but one Host, absolute targets, other versions. A
 * request thus ends where its Content-Length says, and the next head begins there. One of HTTP/1.0 is read by
 * the same rules and is the last of its connection: clients of OCSP (openssl, nginx) speak no other.
 */
#ifndef WIRE_HEAD_H
#define WIRE_HEAD_H

#include "base/fault.h"

/* Ceilings; those of single values are the ones of the request frame (wire/frame.h). */
#define HEAD_SIZE_MAX 16384
#define HEAD_FIELDS_MAX 100
#define HEAD_TARGET_MAX 8192
#define HEAD_CONTENT_TYPE_MAX 128
#define HEAD_AUTHORIZATION_MAX 4096
#define HEAD_HOST_MAX 256
#define HEAD_ETAGS_MAX 256
#define HEAD_COOKIE_MAX 4096
#define HEAD_CSRF_MAX 128
#define HEAD_CLIENT_CERT_MAX 8192
#define HEAD_BODY_MAX INT32_MAX

/* Views borrow from the input; a field that was not sent is absent (p == NULL). */
struct head {
	struct bytes method; /* GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS; those with P have a body */
	struct bytes target; /* origin form: begins with '/'; no fragment, no broken percent signs */
	struct bytes host, content_type, authorization, cookie;
	struct bytes if_match, if_none_match; /* RFC 9110 §13.1.1, §13.1.2 */
	struct bytes csrf;          /* X-Assay-CSRF (flow/caller.h) */
	struct bytes client_cert;   /* RFC 9440 §2.2, or as wire/handed.h has it */
	size_t size;      /* octets of the head with its final empty line; zero: in holds no whole head yet */
	size_t body_size; /* octets that follow it */
	bool is_last;     /* the connection is to be closed after the reply: asked for, or HTTP/1.0 */
	bool is_old;      /* HTTP/1.0: an answer of no length seems to end wherever it is cut */
};

/*
 * Reads the head at the beginning of in. What is malformed is refused as soon as its line is complete:
 * HTTP_MALFORMED; HEAD_LIMIT when head, target, a value or the number of fields is above its ceiling;
 * BODY_LIMIT when Content-Length is above HEAD_BODY_MAX (smaller limits are the caller's).
 */
MUST fault head_parse(struct bytes in, struct head *ret);

#endif
