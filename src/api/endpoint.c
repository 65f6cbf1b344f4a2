#include "api/endpoint.h"

#include "wire/body.h"

const struct endpoint endpoints[ENDPOINT_COUNT] = {
#define E(id, method, path, listener, role, body, status) \
	[ENDPOINT_##id] = { method, path, ENDPOINT_ON_##listener, FLOW_ROLE_##role, body, status },
#include "api/endpoint.def"
#undef E
};

/* Matches path against a row's path; a segment "{}" takes one non-empty segment, which is always the last. */
static bool is_path_of(const char *row, struct bytes path, struct bytes *ret_target)
{
	struct bytes fixed = bytes_text(row);
	bool has_target = fixed.n > 2 && is_bytes_text(bytes_slice(fixed, fixed.n - 2, 2), "{}");
	if (!has_target)
		return is_bytes_equal(fixed, path);
	fixed.n -= 2;
	struct bytes target = bytes_slice(path, fixed.n, path.n > fixed.n ? path.n - fixed.n : 0);
	if (target.n == 0 || !is_bytes_equal(fixed, bytes_slice(path, 0, fixed.n)))
		return false;
	for (size_t i = 0; i < target.n; i++)
		if (target.p[i] == '/')
			return false;
	*ret_target = target;
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
