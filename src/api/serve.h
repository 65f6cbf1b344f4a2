/*
 * serve: in core: answers a typed call.
 */
#ifndef API_SERVE_H
#define API_SERVE_H

#include "api/endpoint.h"

struct serve_files {
	struct bytes root, root_crl; /* DER, as served to whoever asks */
	struct bytes jwks; /* keys of device tokens, JSON; absent until ca has said them */
};

/*
 * Checks who asks and runs the row's handler inside the open transaction. The fault returned is why
 * not; core then takes back whatever was written. Everything lives in the arena.
 */
MUST fault serve_call(struct flow *f, const struct serve_files *files, const struct call *c, struct arena *a,
		      struct flow_answer *ret);

/* True when a call to that endpoint changes the blocklist, filters or restrictions. */
bool is_serve_rule(uint64_t endpoint);

#endif
