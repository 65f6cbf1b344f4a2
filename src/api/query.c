#include "api/query.h"

#include "base/text.h"

static fault decode(struct bytes in, struct arena *arena, struct bytes *ret)
{
	uint8_t *out = arena_alloc(arena, in.n + 1);
	NEED(out != NULL, SYS_MEMORY);
	size_t n = 0;
	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] != '%') {
			out[n++] = in.p[i];
			continue;
		}
		NEED(text_hex_parse(bytes_slice(in, i + 1, 2), &out[n], 1), HTTP_MALFORMED);
		n++;
		i += 2;
	}
	*ret = bytes_of(out, n);
	NEED(is_text_printable(*ret), HTTP_MALFORMED);
	return NULL;
}

static fault read_top(struct bytes value, struct query *q)
{
	NEED(q->top == 0, FORMAT_UNKNOWN);
	NEED(text_uint_parse(value, QUERY_TOP_MAX, &q->top) && q->top > 0, FORMAT_UNKNOWN);
	return NULL;
}

static fault read_skip(struct bytes value, struct query *q)
{
	NEED(!q->skip.p && value.n > 0 && value.n <= 128, FORMAT_UNKNOWN);
	q->skip = value;
	return NULL;
}

static fault read_filter(struct bytes value, struct query *q)
{
	NEED(!q->filter.p && value.n > 0 && value.n <= QUERY_FILTER_MAX, FORMAT_UNKNOWN);
	q->filter = value;
	return NULL;
}

static fault read_since(struct bytes value, struct query *q)
{
	int64_t moment = 0;
	NEED(!q->since && text_time_parse(value, &moment) && moment > 0, FORMAT_UNKNOWN);
	q->since = (uint64_t)moment;
	return NULL;
}

static const struct {
	const char *name;
	fault (*read)(struct bytes value, struct query *q);
} options[] = {
	{ "$top", read_top },
	{ "$skiptoken", read_skip },
	{ "$filter", read_filter },
	{ "since", read_since },
};

static fault read_option(struct bytes pair, struct arena *arena, struct query *q, const char **ret_detail)
{
	struct bytes raw = pair, name, value;
	struct bytes raw_name = bytes_until(&raw, '=');
	TRY(decode(raw_name, arena, &name));
	TRY(decode(raw, arena, &value));
	for (size_t i = 0; i < COUNT_OF(options); i++) {
		if (!is_bytes_text(name, options[i].name))
			continue;
		fault f = options[i].read(value, q);
		if (f)
			*ret_detail = arena_format(arena, "%s: not a value of this option.", options[i].name);
		return f;
	}
	*ret_detail =
		arena_format(arena, "%.*s: no such query option here.", (int)name.n, (const char *)name.p);
	return FAIL(FORMAT_UNKNOWN);
}

fault query_parse(struct bytes target, struct arena *arena, struct query *ret, const char **ret_detail)
{
	struct query q = { 0 };
	struct bytes rest = target;
	q.path = bytes_until(&rest, '?');
	while (rest.n)
		TRY(read_option(bytes_until(&rest, '&'), arena, &q, ret_detail));
	if (q.top == 0)
		q.top = QUERY_TOP_DEFAULT;
	*ret = q;
	return NULL;
}
