#include "api/serve_audit.h"

#include "api/member.h"
#include "flow/auditing.h"
#include "wire/jsn.h"

#define KEY_SIZE 8 /* of a page's token: a place in the chain */

/* What jsn_write says of a message. */
static json_t *shape(const struct message *m, const void *of)
{
	uint8_t text[AUDIT_LINE_MAX];
	struct wr w = wr_of(text, sizeof(text));
	jsn_write(m, of, &w);
	struct bytes line = wr_done(&w);
	return member_json(&line);
}

static fault read_page(const struct serve *s, struct store_audit_chain *ret)
{
	struct store_page page;
	TRY(serving_read_page(s, s->c->skip, KEY_SIZE, &page));
	struct rd r = rd_of(page.after);
	*ret = (struct store_audit_chain){ .writer = s->c->target, .limit = page.limit };
	ret->after = page.after.p ? rd_be64(&r) : 0;
	return serving_check_token(s, ret->after <= INT64_MAX);
}

/* Where the next page begins, behind a full one. */
static fault put_last(struct serve *s, const struct store_audit_chain *page, uint64_t last,
		      struct serving_page *p)
{
	uint8_t *key = arena_alloc(s->a, KEY_SIZE);
	NEED(key != NULL, SYS_MEMORY);
	struct wr w = wr_of(key, KEY_SIZE);
	wr_be64(&w, last);
	if (json_array_size(p->rows) == page->limit)
		p->last = wr_done(&w);
	return NULL;
}

fault serve_audit_list(struct serve *s)
{
	struct store_audit_chain page;
	struct store_audit_list list;
	TRY(read_page(s, &page));
	TRY(auditing_list(s->f, &page, s->a, &list));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < list.n; i++) {
		const struct audit_row row = auditing_row(&list.v[i]);
		json_array_append_new(p.rows, shape(&audit_row_message, &row));
	}
	TRY(put_last(s, &page, list.n ? list.v[list.n - 1].number : 0, &p));
	return serving_answer_page(s, &p, "");
}

fault serve_audit_list_heads(struct serve *s)
{
	struct store_audit_chain page;
	struct store_audit_head_list list;
	TRY(read_page(s, &page));
	TRY(auditing_list_heads(s->f, &page, s->a, &list));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < list.n; i++) {
		const struct audit_signed head = auditing_head(&list.v[i]);
		json_array_append_new(p.rows, shape(&audit_signed_message, &head));
	}
	TRY(put_last(s, &page, list.n ? list.v[list.n - 1].number : 0, &p));
	return serving_answer_page(s, &p, "");
}

fault serve_audit_count(struct serve *s)
{
	uint64_t count;
	TRY(auditing_count(s->f, s->c->target, s->a, &count));
	return serving_answer_json(s, json_pack("{sI}", "count", (json_int_t)count));
}
