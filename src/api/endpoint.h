/*
 * endpoint: the table of everything the server answers besides the two trips.
 *
 * The table is read twice: verify matches and parses a request by it, core checks who may and answers.
 */
#ifndef API_ENDPOINT_H
#define API_ENDPOINT_H

#include "flow/flow.h"
#include "wire/frame.h"

#define ENDPOINT_HOLE "{}" /* of a path: what a call names there is its target */

enum endpoint_listener { ENDPOINT_ON_DEVICE = 1, ENDPOINT_ON_ADMIN = 2, ENDPOINT_ON_ANY = 3 };

enum endpoint_id {
#define E(id, ...) ENDPOINT_##id,
#include "api/endpoint.def"
#undef E
	ENDPOINT_COUNT
};

struct endpoint {
	const char *method;
	const char *path;
	enum endpoint_listener listener;
	enum flow_role role; /* the least role that may ask */
	const struct message *body;
	unsigned status;
};

extern const struct endpoint endpoints[ENDPOINT_COUNT];

/* True for a row that any method asks, about another's request. */
bool is_endpoint_any(const struct endpoint *e);

struct endpoint_match {
	enum endpoint_id id;
	struct bytes target;  /* what is in the hole, borrowed from the path; absent when the row has none */
	const char *allow[4]; /* after METHOD_UNKNOWN: the methods that exist, NULL after the last */
};

/*
 * The row for method and path (without query) on that listener. MSG_UNKNOWN when no row has the path,
 * METHOD_UNKNOWN when one has it with other methods.
 */
MUST fault endpoint_find(struct bytes method, struct bytes path, enum endpoint_listener listener,
			 struct endpoint_match *ret);

#endif
