/*
 * download: one file from an address that a person named.
 *
 * Over http or https, the latter by the system's anchors and never from there to http; through whatever proxy
 * the environment names; a few redirects are followed, since publishers move their files. Size and time are
 * bounded, no cookie, password or compression is used. What comes must prove itself.
 */
#ifndef HTTP_DOWNLOAD_H
#define HTTP_DOWNLOAD_H

#include "base/fault.h"
#include "base/wr.h"

#define DOWNLOAD_NAME_SIZE 128
#define DOWNLOAD_DETAIL_SIZE 256

struct download {
	const char *url;
	const char *user_agent;
	uint32_t connect_ms, total_ms;
	void (*progress)(void *of, size_t octets); /* called as octets come; NULL: nobody looks */
	void *of;
	char name[DOWNLOAD_NAME_SIZE];     /* filled: the file's, by the last address; "" when it has none */
	char detail[DOWNLOAD_DETAIL_SIZE]; /* filled: what the fault's own words leave out, or "" */
};

/* True for an address that download_get takes: http or https, without user and password. */
bool is_download_url(const char *url);

/*
 * Appends the file to w. DOWNLOAD_FAILED for an address that is none, a server that is not reached or not
 * trusted, and any answer but 200; DOWNLOAD_TIMEOUT; DOWNLOAD_SIZE for more than w has room for. w is then as
 * it was.
 */
MUST fault download_get(struct download *d, struct wr *w);

#endif
