#include "api/query.h"

#include <string.h>

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

static bool read_top(struct bytes value, struct query *q)
{
	return text_uint_parse(value, QUERY_TOP_MAX, &q->top) && q->top > 0;
}

static bool read_since(struct bytes value, struct query *q)
{
	int64_t moment = 0;
	bool is_moment = text_time_parse(value, &moment) && moment > 0;
	q->since = is_moment ? (uint64_t)moment : 0;
	return is_moment;
}

static bool read_count(struct bytes value, struct query *q)
{
	q->is_counted = is_bytes_text(value, "true");
	return q->is_counted || is_bytes_text(value, "false");
}

#define READ_TEXT(option)                                                       \
	static bool read_##option(struct bytes value, struct query *q)          \
	{                                                                       \
		q->option = value;                                              \
		return value.n > 0 && value.n <= QUERY_VALUE_MAX;               \
	}

READ_TEXT(skip)
READ_TEXT(filter)
READ_TEXT(orderby)
READ_TEXT(select)
READ_TEXT(search)

/* Each with what its value is, for whoever gave another. */
static const struct {
	const char *name;
	bool (*read)(struct bytes value, struct query *q);
	const char *shape;
} options[QUERY_OPTION_COUNT] = {
	[QUERY_TOP] = { "$top", read_top, "a number from 1 to 1000" },
	[QUERY_SKIPTOKEN] = { "$skiptoken", read_skip, "what @odata.nextLink has, as it is" },
	[QUERY_FILTER] = { "$filter", read_filter, "an expression of at most 2304 octets" },
	[QUERY_ORDERBY] = { "$orderby", read_orderby, "properties with commas between" },
	[QUERY_SELECT] = { "$select", read_select, "members with commas between" },
	[QUERY_SEARCH] = { "$search", read_search, "a text" },
	[QUERY_COUNT] = { "$count", read_count, "true or false" },
	[QUERY_SINCE] = { "since", read_since, "a time like 2026-01-31T12:00:00Z, after 1970" },
};

const char *query_name(enum query_option option)
{
	return options[option].name;
}

static fault find_option(struct bytes name, struct arena *arena, size_t *ret, const char **ret_detail)
{
	for (size_t i = 0; i < COUNT_OF(options); i++)
		if (is_bytes_text(name, options[i].name)) {
			*ret = i;
			return NULL;
		}
	*ret_detail = !name.n ? "An option of the query has no name."
			      : arena_format(arena, "%.*s: no address has such a query option.", (int)name.n,
					     (const char *)name.p);
	return FAIL(FORMAT_UNKNOWN);
}

static fault read_option(struct bytes pair, struct arena *arena, struct query *q, const char **ret_detail)
{
	size_t i = 0;
	struct bytes raw = pair, name, value;
	struct bytes raw_name = bytes_until(&raw, '=');
	TRY(decode(raw_name, arena, &name));
	TRY(decode(raw, arena, &value));
	TRY(find_option(name, arena, &i, ret_detail));
	*ret_detail = arena_format(arena, "%s: it is there twice.", options[i].name);
	NEED(!(q->given >> i & 1), FORMAT_UNKNOWN);
	*ret_detail = arena_format(arena, "%s: its value is %s.", options[i].name, options[i].shape);
	NEED(options[i].read(value, q), FORMAT_UNKNOWN);
	*ret_detail = NULL;
	q->given |= 1U << i;
	return NULL;
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

/* "$top and $skiptoken" of their bits, or "none". */
static const char *names_of(unsigned taken, struct arena *arena)
{
	const char *names = NULL;
	for (unsigned i = QUERY_OPTION_COUNT; i--;) {
		bool is_there = taken >> i & 1;
		bool is_next_to_last = names && !strchr(names, ' ');
		if (is_there && names)
			names = arena_format(arena, "%s%s%s", query_name((enum query_option)i),
					     is_next_to_last ? " and " : ", ", names);
		else if (is_there)
			names = query_name((enum query_option)i);
	}
	return names ? names : "none";
}

fault query_check(const struct query *q, unsigned taken, struct arena *arena, const char **ret_detail)
{
	unsigned wrong = q->given & ~taken;
	if (!wrong)
		return NULL;
	const char *name = query_name((enum query_option)__builtin_ctz(wrong));
	const char *names = names_of(taken, arena);
	*ret_detail = names ? arena_format(arena, "%s: not an option of this address, which takes %s.", name,
					   names)
			    : NULL;
	return FAIL(FORMAT_UNKNOWN);
}
