#include "api/read.h"

#include <stdio.h>
#include <string.h>

#include "api/query.h"
#include "flow/blocking.h"
#include "flow/caller.h"
#include "flow/trust.h"
#include "wire/jsn.h"

/* Bodies that need more reading than their table says, after it. */
static fault read_anchors(void *body, struct arena *a, const char **ret_detail)
{
	(void)ret_detail;
	return trust_parse(body, a);
}

static fault read_blocklist(void *body, struct arena *a, const char **ret_detail)
{
	(void)a;
	return blocking_read_row(body, ret_detail);
}

static const struct {
	enum endpoint_id id;
	fault (*read)(void *body, struct arena *a, const char **ret_detail);
} more[] = {
	{ ENDPOINT_ANCHORS_ADD, read_anchors },
	{ ENDPOINT_BLOCKLIST_ADD, read_blocklist },
};

static fault read_more(enum endpoint_id id, void *body, struct arena *a, const char **ret_detail)
{
	for (size_t i = 0; i < COUNT_OF(more); i++)
		if (more[i].id == id)
			return more[i].read(body, a, ret_detail);
	return NULL;
}

static fault read_body(const struct request *request, enum endpoint_id id, struct arena *a, struct call *c,
		       const char **ret_detail)
{
	const struct message *m = endpoints[id].body;
	NEED(m || !request->body.n, PARSE_ENVELOPE);
	if (!m)
		return NULL;
	void *body = arena_alloc(a, m->size);
	NEED(body != NULL, SYS_MEMORY);
	TRY(jsn_parse(m, request->body, a, body, ret_detail));
	TRY(read_more(id, body, a, ret_detail));
	return flow_encode(m, body, a, &c->body);
}

static void write_allow(const struct endpoint_match *match, char *out, size_t size)
{
	size_t at = 0;
	out[0] = 0;
	for (size_t i = 0; i < COUNT_OF(match->allow) && match->allow[i] && at < size; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%s", i ? ", " : "", match->allow[i]);
}

fault read_call(const struct request *request, enum endpoint_listener listener, struct arena *a,
		struct call *ret, struct read_notes *ret_notes)
{
	struct query q;
	struct endpoint_match match = { 0 };
	*ret_notes = (struct read_notes){ 0 };
	TRY(query_parse(request->target, a, &q, &ret_notes->detail));
	fault why = endpoint_find(request->method, q.path, listener, &match);
	if (why == FAIL(METHOD_UNKNOWN))
		write_allow(&match, ret_notes->allow, sizeof(ret_notes->allow));
	TRY(why);
	/* Nothing has a longer name. */
	NEED(match.target.n <= FRAME_TARGET_MAX, NOT_FOUND);
	struct call c = {
		.request_id = request->request_id,
		.now = request->now,
		.peer = request->peer,
		.endpoint = (uint64_t)match.id,
		.target = match.target,
		.top = q.top,
		.skip = q.skip,
		.host = request->host,
	};
	if (endpoints[match.id].role != FLOW_ROLE_NOBODY)
		TRY(caller_parse(request->authorization, a, &c));
	TRY(read_body(request, match.id, a, &c, &ret_notes->detail));
	NEED(!is_arena_full(a), SYS_MEMORY);
	*ret = c;
	return NULL;
}
