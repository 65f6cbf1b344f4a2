#include "http/reply.h"

#include <event2/util.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "base/text.h"
#include "wire/problem.h"

#define DATE_SIZE 32
#define NO_CONTENT 204
#define UNAUTHORIZED 401

/* What a client waits at least after a fault that may pass. */
#define REPLY_RETRY_S 5

void reply_id(uint8_t ret[static REPLY_ID_SIZE])
{
	if (RAND_bytes(ret, REPLY_ID_SIZE) != 1)
		abort();
}

static void head_write(const struct reply *r, const struct reply_frame *frame, struct evbuffer *out)
{
	char date[DATE_SIZE], id[TEXT_HEX_SIZE(REPLY_ID_SIZE)];
	evutil_date_rfc1123(date, sizeof(date), NULL);
	text_hex(bytes_of(frame->request_id, REPLY_ID_SIZE), id);
	evbuffer_add_printf(out,
			    "HTTP/1.1 %d \r\nDate: %s\r\nRequest-Id: %s\r\nCache-Control: no-store\r\n"
			    "X-Content-Type-Options: nosniff\r\n",
			    r->status, date, id);
	if (r->content_type)
		evbuffer_add_printf(out, "Content-Type: %s\r\n", r->content_type);
	if (r->status != NO_CONTENT) /* RFC 9110 §8.6 */
		evbuffer_add_printf(out, "Content-Length: %zu\r\n", r->body.n);
	if (r->status == UNAUTHORIZED) /* RFC 9110 §15.5.2, RFC 6750 §3 */
		evbuffer_add_printf(out, "WWW-Authenticate: Bearer\r\n");
	if (r->retry_after_s)
		evbuffer_add_printf(out, "Retry-After: %u\r\n", r->retry_after_s);
	if (r->allow.p)
		evbuffer_add_printf(out, "Allow: %.*s\r\n", (int)r->allow.n, (const char *)r->allow.p);
	evbuffer_add_printf(out, "%s\r\n", frame->is_last ? "Connection: close\r\n" : "");
}

void reply_write(const struct reply *r, const struct reply_frame *frame, struct evbuffer *out)
{
	head_write(r, frame, out);
	if (!frame->is_bodiless && r->status != NO_CONTENT && evbuffer_add(out, r->body.p, r->body.n) != 0)
		abort();
}

void reply_write_fault(fault why, const char *detail, const struct reply_frame *frame, struct evbuffer *out)
{
	uint8_t memory[PROBLEM_SIZE_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	struct problem p = { why, bytes_of(frame->request_id, REPLY_ID_SIZE), detail, NULL };
	problem_write(&p, &w);
	struct reply r = { .status = why->http, .content_type = PROBLEM_CONTENT_TYPE, .body = wr_done(&w),
			   .retry_after_s = why->retry ? REPLY_RETRY_S : 0 };
	reply_write(&r, frame, out);
}
