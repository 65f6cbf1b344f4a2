#include "api/endpoint.h"

#include <string.h>

#include "wire/body.h"

const struct endpoint endpoints[ENDPOINT_COUNT] = {
#define E(id, method, path, listener, role, body, status) \
	[ENDPOINT_##id] = { method, path, ENDPOINT_ON_##listener, FLOW_ROLE_##role, body, status },
#include "api/endpoint.def"
#undef E
};

#define BETA "/graph/beta/"
#define STABLE "/graph/v1.0/"
#define REST "{*}"

/* What stands for the hole: one segment behind a '/', or, as Graph has it too, between (' and ') */
static bool take_target(struct bytes *path, struct bytes *ret)
{
	bool is_quoted = path->n > 2 && path->p[0] == '(' && path->p[1] == '\'';
	size_t from = is_quoted ? 2 : 1, n = from;
	if (!is_quoted && (!path->n || path->p[0] != '/'))
		return false;
	while (n < path->n && path->p[n] != '/' && path->p[n] != '\'')
		n++;
	*ret = bytes_slice(*path, from, n - from);
	if (is_quoted && !is_bytes_text(bytes_slice(*path, n, 2), "')"))
		return false;
	n += is_quoted ? 2 : 0;
	*path = bytes_slice(*path, n, path->n - n);
	return ret->n > 0;
}

/* Takes the text from the front of path, if it stands there. */
static bool take_text(struct bytes *path, const char *text, size_t n)
{
	if (path->n < n || !is_bytes_equal(bytes_of(text, n), bytes_slice(*path, 0, n)))
		return false;
	*path = bytes_slice(*path, n, path->n - n);
	return true;
}

/* Matches path against a row's path; what Graph's beta has is served as its version 1.0 too. */
static bool is_path_of(const char *row, struct bytes path, struct bytes *ret_target)
{
	static const size_t beta = sizeof(BETA) - 1;
	const char *hole = strstr(row, "/" ENDPOINT_HOLE), *rest = strstr(row, REST);
	*ret_target = (struct bytes){ 0 };
	if (rest)
		return take_text(&path, row, (size_t)(rest - row)) && (!path.n || path.p[0] == '/');
	if (strncmp(row, BETA, beta) == 0 && take_text(&path, STABLE, sizeof(STABLE) - 1))
		row += beta;
	if (!take_text(&path, row, hole ? (size_t)(hole - row) : strlen(row)))
		return false;
	if (!hole)
		return path.n == 0;
	if (!take_target(&path, ret_target))
		return false;
	const char *tail = hole + strlen("/" ENDPOINT_HOLE);
	return take_text(&path, tail, strlen(tail)) && path.n == 0;
}

bool is_endpoint_any(const struct endpoint *e)
{
	return e->method[0] == '*';
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
		if (is_endpoint_any(e) || is_bytes_text(method, e->method)) {
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
