/*
 * portal: the pages that administrators open in a browser: files that are part of the program.
 *
 * portal.def is their table. They hold no facts: whatever a page shows it asks of the API, as whoever is
 * signed in. tools/embed-pages has compressed them (gzip, RFC 1952); every browser takes that, so there is no
 * other form.
 */
#ifndef PORTAL_PORTAL_H
#define PORTAL_PORTAL_H

#include "wire/frame.h"

struct portal_file {
	const char *path;
	enum frame_content content;
	const char *etag; /* strong, with its quotes (RFC 9110 §8.8.3): it is of the octets */
	struct bytes body;
};

/* The file that a request's target names, whatever stands behind a question mark; NULL when it names none. */
const struct portal_file *portal_find(struct bytes target);

/*
 * What GET and HEAD are answered: the file, or 304 when If-None-Match has its ETag (RFC 9110 §13.1.2).
 * METHOD_UNKNOWN for another method.
 */
MUST fault portal_answer(const struct request *r, const struct portal_file *file, struct response *ret);

#endif
