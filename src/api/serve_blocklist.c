#include "api/serve_blocklist.h"

#include "api/shape.h"
#include "flow/blocking.h"

#define PAGE 100

/* The whole list is one page: it has a ceiling, and a part of it would be another list. */
fault serve_blocklist_list(struct serve *s)
{
	struct store_page page = { .limit = PAGE };
	struct store_blocklist_list list = { .n = PAGE };
	json_auto_t *rows = json_array();
	while (list.n == PAGE) {
		TRY(blocking_list(s->f, page, s->a, &list));
		for (size_t i = 0; i < list.n; i++)
			json_array_append_new(rows, shape_blocklist(&list.v[i]));
		page.after = list.n ? list.v[list.n - 1].id : page.after;
	}
	return serving_answer_page(s, &(struct serving_page){ .rows = json_incref(rows) }, "");
}

fault serve_blocklist_get(struct serve *s)
{
	struct store_blocklist *row = NULL;
	TRY(blocking_get(s->f, s->c->target, s->a, &row));
	return serving_answer_json(s, shape_blocklist(row));
}

fault serve_blocklist_put(struct serve *s)
{
	struct blocklist_new in;
	struct store_blocklist *row = NULL;
	TRY(message_parse(&blocklist_new_message, s->c->body, &in));
	TRY(blocking_put(s->f, &s->by, &in, s->a, &row));
	return serving_answer_json(s, shape_blocklist(row));
}

fault serve_blocklist_delete(struct serve *s)
{
	return blocking_delete(s->f, &s->by, s->c->target);
}
