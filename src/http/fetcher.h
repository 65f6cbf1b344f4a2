/*
 * fetcher: small files from servers of others, or tokens to them, one at a time, within bounds.
 *
 * Whoever asks has the address out of a certificate, so nothing about it is believed: it must pass
 * http/egress.h, each address that its name resolves to must, and so must the one that is connected to. A
 * redirect is followed once and on the same host only. Size and time are bounded, nothing is uncompressed,
 * and no cookie, password or proxy is used. What comes back must prove itself: over https the server's
 * certificate is checked against the system's anchors, but http is as good.
 */
#ifndef HTTP_FETCHER_H
#define HTTP_FETCHER_H

#include <event2/event.h>

#include "base/fault.h"

#define FETCHER_DETAIL_MAX 160

struct fetcher;

/* What became of one URL; views live until the call returns. */
struct fetcher_result {
	fault why;          /* NULL: it was fetched */
	const char *detail; /* what the fault's own words leave out, or "" */
	struct bytes body;
};

struct fetcher_plan {
	struct event_base *base;
	const char *hosts;    /* http/egress.h */
	const char *resolver; /* "192.0.2.1:53"; "": those of the system */
	const char *anchors;  /* file of TLS servers' anchors, PEM; "": the system's */
	uint32_t total_ms;    /* of one file, besides the questions to name servers */
	size_t size_max; /* more is never asked for */
	void (*done)(void *of, const struct fetcher_result *result);
	void *of;
};

/*
 * Opens every file that will be needed: afterwards it makes sockets and nothing else. Strings are borrowed
 * for the call. CONFIG_INVALID for hosts or resolver, SYS_FILE when anchors are named and cannot be read.
 */
MUST fault fetcher_open(const struct fetcher_plan *plan, struct fetcher **ret);
void fetcher_close(struct fetcher *f);

/*
 * Fetches a file of at most size octets from url, then calls done, perhaps before it returns. One at a time:
 * BUG while another is under way.
 */
MUST fault fetcher_run(struct fetcher *f, const char *url, size_t size);

/*
 * Gives a Security Event Token of at most FETCHER_TOKEN_MAX octets to its receiver (RFC 8935 §2), over https
 * alone and at that very address, then calls done without a body: an answer from 200 to 299 has taken it,
 * FETCH_ANSWER is any other. BUG as above.
 */
#define FETCHER_TOKEN_MAX 2048
MUST fault fetcher_post(struct fetcher *f, const char *url, struct bytes token);

/*
 * Posts a form of at most FETCHER_FORM_MAX octets (wire/form.h) in the same way, and gets the answer, which
 * is as bounded as a file: 200, FETCH_ANSWER for any other, of which the body is given too. BUG as above.
 */
#define FETCHER_FORM_MAX 4096
#define FETCHER_BASIC_MAX 2048
struct fetcher_form {
	struct bytes fields;
	struct bytes basic; /* credentials of RFC 7617 §2, at most FETCHER_BASIC_MAX octets; absent: none */
	size_t size;        /* most octets of the answer */
};
MUST fault fetcher_exchange(struct fetcher *f, const char *url, const struct fetcher_form *form);

#endif
