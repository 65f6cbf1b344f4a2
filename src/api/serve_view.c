#include "api/serve_view.h"

#include "api/member.h"
#include "flow/views.h"

static json_t *shape(const struct store_view *r)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_view, id),
		MEMBER("displayName", member_text, store_view, name),
		MEMBER("list", member_text, store_view, list),
		MEMBER("query", member_text, store_view, query),
		MEMBER("createdDateTime", member_moment, store_view, created),
	};
	return MEMBER_OBJECT(members, r);
}

static struct account_order order_of(const struct serve *s)
{
	return (struct account_order){ s->caller, &s->by, s->c->target };
}

/* They have a ceiling, so that all of them are one page. */
fault serve_view_list(struct serve *s)
{
	struct store_view_list list;
	const struct account_order o = order_of(s);
	TRY(views_list(s->f, &o, s->a, &list));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < list.n; i++)
		json_array_append_new(p.rows, shape(&list.v[i]));
	return serving_answer_page(s, &p, "");
}

fault serve_view_put(struct serve *s)
{
	struct view_new in;
	struct store_view *row = NULL;
	const struct account_order o = order_of(s);
	TRY(message_parse(&view_new_message, s->c->body, &in));
	fault why = views_put(s->f, &o, &in, s->a, &row);
	if (why == FAIL(STATE_INVALID))
		s->answer->detail = "Views are kept for accounts; this token is nobody's.";
	return why ? why : serving_answer_json(s, shape(row));
}

fault serve_view_delete(struct serve *s)
{
	struct bytes id;
	const struct account_order o = order_of(s);
	TRY(serving_read_id(s, &id));
	return views_delete(s->f, &o, id);
}
