#include "api/query.h"

#include "base/text.h"
#include "base/wr.h"

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

static fault read_since(struct bytes value, struct query *q)
{
	int64_t moment = 0;
	NEED(!q->since && text_time_parse(value, &moment) && moment > 0, FORMAT_UNKNOWN);
	q->since = (uint64_t)moment;
	return NULL;
}

static fault read_count(struct bytes value, struct query *q)
{
	q->is_counted = is_bytes_text(value, "true");
	NEED(q->is_counted || is_bytes_text(value, "false"), FORMAT_UNKNOWN);
	q->is_asking = true;
	return NULL;
}

static fault read_text(struct bytes value, struct bytes *to)
{
	NEED(!to->p && value.n > 0 && value.n <= QUERY_VALUE_MAX, FORMAT_UNKNOWN);
	*to = value;
	return NULL;
}

static fault read_skip(struct bytes value, struct query *q)
{
	return read_text(value, &q->skip);
}

#define READ_ASKED(option)                                                      \
	static fault read_##option(struct bytes value, struct query *q)         \
	{                                                                       \
		q->is_asking = true;                                            \
		return read_text(value, &q->option);                            \
	}

READ_ASKED(filter)
READ_ASKED(orderby)
READ_ASKED(select)
READ_ASKED(search)

static const struct {
	const char *name;
	fault (*read)(struct bytes value, struct query *q);
} options[] = {
	{ "$top", read_top },         { "$skiptoken", read_skip }, { "$filter", read_filter },
	{ "$orderby", read_orderby }, { "$select", read_select },  { "$search", read_search },
	{ "$count", read_count },     { "since", read_since },
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

/* What a next page asks again: all but where it begins. */
static void put_link(struct wr *w, struct bytes path, struct bytes pair)
{
	wr_u8(w, w->at == path.n ? '?' : '&');
	wr_bytes(w, pair);
}

fault query_parse(struct bytes target, struct arena *arena, struct query *ret, const char **ret_detail)
{
	struct query q = { 0 };
	struct bytes rest = target;
	struct wr link = wr_of(arena_alloc(arena, target.n + 1), target.n + 1);
	NEED(link.p != NULL, SYS_MEMORY);
	q.path = bytes_until(&rest, '?');
	wr_bytes(&link, q.path);
	while (rest.n) {
		bool is_first = !q.skip.p;
		struct bytes pair = bytes_until(&rest, '&');
		TRY(read_option(pair, arena, &q, ret_detail));
		if (is_first == !q.skip.p)
			put_link(&link, q.path, pair);
	}
	if (q.top == 0)
		q.top = QUERY_TOP_DEFAULT;
	q.link = wr_done(&link);
	*ret = q;
	return NULL;
}
