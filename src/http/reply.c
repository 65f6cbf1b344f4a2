#include "http/reply.h"

#include <event2/util.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "base/text.h"
#include "wire/problem.h"

#define DATE_SIZE 32
#define NO_CONTENT 204
#define NOT_MODIFIED 304
#define UNAUTHORIZED 401

/* Nothing is allowed that is not listed; nothing that stands in a page itself is run. */
#define PAGE_POLICY                                                                        \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "  \
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

/* What a client waits at least after a fault that may pass. */
#define REPLY_RETRY_S 5

void reply_id(uint8_t ret[static REPLY_ID_SIZE])
{
	if (RAND_bytes(ret, REPLY_ID_SIZE) != 1)
		abort();
}

/* RFC 9110 §8.6, §15.4.5: whoever is told that nothing changed is told no length either. */
static bool has_length(const struct reply *r)
{
	return r->status != NO_CONTENT && r->status != NOT_MODIFIED;
}

static void page_write(const struct reply *r, struct evbuffer *out)
{
	if (!r->is_page) {
		evbuffer_add_printf(out, "Cache-Control: no-store\r\n");
		return;
	}
	evbuffer_add_printf(out,
			    "Cache-Control: no-cache\r\nContent-Security-Policy: " PAGE_POLICY "\r\n"
			    "Referrer-Policy: no-referrer\r\nCross-Origin-Opener-Policy: same-origin\r\n");
	if (has_length(r))
		evbuffer_add_printf(out, "Content-Encoding: gzip\r\n");
}

static void head_write(const struct reply *r, const struct reply_frame *frame, struct evbuffer *out)
{
	char date[DATE_SIZE], id[TEXT_HEX_SIZE(REPLY_ID_SIZE)];
	evutil_date_rfc1123(date, sizeof(date), NULL);
	text_hex(bytes_of(frame->request_id, REPLY_ID_SIZE), id);
	evbuffer_add_printf(out,
			    "HTTP/1.1 %d \r\nDate: %s\r\nRequest-Id: %s\r\n"
			    "X-Content-Type-Options: nosniff\r\n",
			    r->status, date, id);
	page_write(r, out);
	if (r->etag.p)
		evbuffer_add_printf(out, "ETag: %.*s\r\n", (int)r->etag.n, (const char *)r->etag.p);
	if (r->content_type)
		evbuffer_add_printf(out, "Content-Type: %s\r\n", r->content_type);
	if (frame->is_parted)
		evbuffer_add_printf(out, "Transfer-Encoding: chunked\r\n");
	else if (has_length(r))
		evbuffer_add_printf(out, "Content-Length: %zu\r\n", r->body.n);
	if (r->file.p)
		evbuffer_add_printf(out, "Content-Disposition: attachment; filename=\"%.*s\"\r\n",
				    (int)r->file.n, (const char *)r->file.p);
	if (r->status == UNAUTHORIZED) /* RFC 9110 §15.5.2, RFC 6750 §3 */
		evbuffer_add_printf(out, "WWW-Authenticate: Bearer\r\n");
	if (r->retry_after_s)
		evbuffer_add_printf(out, "Retry-After: %u\r\n", r->retry_after_s);
	if (r->allow.p)
		evbuffer_add_printf(out, "Allow: %.*s\r\n", (int)r->allow.n, (const char *)r->allow.p);
	if (r->cookie.p)
		evbuffer_add_printf(out, "Set-Cookie: %.*s\r\n", (int)r->cookie.n,
				    (const char *)r->cookie.p);
	if (r->reason.p)
		evbuffer_add_printf(out, "Assay-Reason: %.*s\r\n", (int)r->reason.n,
				    (const char *)r->reason.p);
	evbuffer_add_printf(out, "%s\r\n", frame->is_last ? "Connection: close\r\n" : "");
}

void reply_write(const struct reply *r, const struct reply_frame *frame, struct evbuffer *out)
{
	head_write(r, frame, out);
	if (frame->is_parted)
		reply_write_part(r->body, out);
	else if (!frame->is_bodiless && has_length(r) && evbuffer_add(out, r->body.p, r->body.n) != 0)
		abort();
}

/* One of no octets would be taken for the end. */
void reply_write_part(struct bytes part, struct evbuffer *out)
{
	if (part.n == 0)
		return;
	evbuffer_add_printf(out, "%zx\r\n", part.n);
	if (evbuffer_add(out, part.p, part.n) != 0 || evbuffer_add(out, "\r\n", 2) != 0)
		abort();
}

void reply_write_end(struct evbuffer *out)
{
	if (evbuffer_add(out, "0\r\n\r\n", 5) != 0)
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
