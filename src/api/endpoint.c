#include "api/endpoint.h"

#include <string.h>

#include "wire/body.h"

const struct endpoint endpoints[ENDPOINT_COUNT] = {
#define E(id, method, path, listener, role, body, status) \
	[ENDPOINT_##id] = { method, path, ENDPOINT_ON_##listener, FLOW_ROLE_##role, body, status },
#include "api/endpoint.def"
#undef E
};

/* Matches path against a row's path; "{}" takes one non-empty segment. */
static bool is_path_of(const char *row, struct bytes path, struct bytes *ret_target)
{
	const char *hole = strstr(row, "{}");
	struct bytes head = bytes_of(row, hole ? (size_t)(hole - row) : strlen(row));
	struct bytes tail = bytes_text(hole ? hole + strlen("{}") : "");
	if (path.n < head.n + tail.n || !is_bytes_equal(head, bytes_slice(path, 0, head.n)))
		return false;
	struct bytes target = bytes_slice(path, head.n, path.n - head.n - tail.n);
	bool is_segment = hole ? target.n > 0 && !memchr(target.p, '/', target.n) : target.n == 0;
	if (!is_segment || !is_bytes_equal(tail, bytes_slice(path, path.n - tail.n, tail.n)))
		return false;
	*ret_target = hole ? target : (struct bytes){ 0 };
	return true;
}

fault endpoint_find(struct bytes method, struct bytes path, enum endpoint_listener listener,
		    struct endpoint_match *ret)
{
	struct endpoint_match m = { 0 };
	size_t others = 0;
	for (size_t i = 0; i < ENDPOINT_COUNT; i++) {
		const struct endpoint *e = &endpoints[i];
		if (!(e->listener & listener) || !is_path_of(e->path, path, &m.target))
			continue;
		if (is_bytes_text(method, e->method)) {
			m.id = (enum endpoint_id)i;
			*ret = m;
			return NULL;
		}
		if (others + 1 < COUNT_OF(m.allow))
			m.allow[others++] = e->method;
	}
	for (size_t i = 0; i < COUNT_OF(m.allow); i++)
		ret->allow[i] = m.allow[i];
	return others ? FAIL(METHOD_UNKNOWN) : FAIL(MSG_UNKNOWN);
}
