/*
 * read: in verify: an HTTP request as a typed call, or why it is none.
 */
#ifndef API_READ_H
#define API_READ_H

#include "api/endpoint.h"

/* What a refused request is told besides its fault. */
struct read_notes {
	const char *detail; /* NULL: nothing */
	const char *target; /* the query option that it is about, or NULL */
	char allow[64];     /* with METHOD_UNKNOWN: the methods that exist */
};

/*
 * Matches, authenticates by form and parses; views of ret borrow from request and arena. The faults of
 * endpoint_find, query_parse, jsn_parse; AUTHN when a protected row has no well-formed bearer token.
 */
MUST fault read_call(const struct request *request, enum endpoint_listener listener, struct arena *a,
		     struct call *ret, struct read_notes *ret_notes);

#endif
