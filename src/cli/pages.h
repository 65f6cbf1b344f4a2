/*
 * pages: a collection of the server's, page by page.
 */
#ifndef CLI_PAGES_H
#define CLI_PAGES_H

#include "cli/session.h"

#define PAGES_LINK_MAX 6143

struct pages {
	const char *of;                /* the collection's path */
	char path[PAGES_LINK_MAX + 1]; /* of the page to ask for; empty after the last */
};

/* Before the first page of the collection; the path is borrowed. */
void pages_init(struct pages *p, const char *of);

/* The same of those that the query, which is behind the path's '?', asks for. */
void pages_init_asked(struct pages *p, const char *of, const char *query);

/*
 * Appends the records of the next page to held. Whatever host the server's link names, the page after it is
 * asked of the same server and must be one of the same collection, not the one at hand: else REPLY_INVALID.
 * The faults of session_send.
 */
MUST fault pages_get(struct session *s, struct pages *p, json_t *held);

/* Puts all records of the collection into ret, a JSON object, by their ids. The faults of pages_get. */
MUST fault pages_list(struct session *s, const char *of, json_t *ret);

#endif
