/*
 * read: in verify: an HTTP request as a typed call, or why it is none.
 */
#ifndef API_READ_H
#define API_READ_H

#include <netinet/in.h>

#include "api/endpoint.h"
#include "flow/gating.h"

/* What a refused request is told besides its fault. */
struct read_notes {
	const char *detail; /* NULL: nothing */
	const char *target; /* the query option that it is about, or NULL */
	char allow[64];     /* with METHOD_UNKNOWN: the methods that exist */
	const char *reason; /* what a gate is told in the answer's head, or NULL */
};

/*
 * Where requests come in. Passwords take time, so that their number in a second has a ceiling; whoever floods
 * it from one address leaves room for somebody else.
 */
#define READ_PASSWORDS 5
#define READ_PASSWORDS_PER_PEER 4
struct read_site {
	enum endpoint_listener listener;
	uint8_t root_hash[32]; /* of the server's root CA */
	uint64_t second;       /* in which so many passwords were read, for those networks */
	unsigned passwords;
	struct read_peer {
		uint8_t octets[INET6_ADDRSTRLEN];
		size_t n;
	} peers[READ_PASSWORDS];
	struct devicetoken_trust tokens; /* whose device tokens are good */
};

/*
 * Matches, authenticates by form and parses; views of ret borrow from request and arena. The faults of
 * endpoint_find, query_parse, jsn_parse; AUTHN when a protected row has neither a
 * well-formed bearer token nor a session's cookie; PASSWORD_WEAK, SIGN_IN_RATE; those of gating_read.
 */
MUST fault read_call(const struct request *request, struct read_site *site, struct arena *a,
		     struct call *ret, struct read_notes *ret_notes);

#endif
