#include "api/serve_list.h"

#include <string.h>

#include "api/report.h"
#include "base/text.h"

#define PAGE_MAX (1 << 20) /* octets of an answer */
#define TAIL_MAX 8192      /* of them those behind the records */

/* A page as it is written. */
struct page {
	struct serve *s;
	const struct property_list *list;
	struct selection asked;
	struct store_listing rows;
	struct wr w;
	size_t n; /* records written */
};

static void put(struct page *p, const char *text)
{
	wr_bytes(&p->w, bytes_text(text));
}

/* Takes over json. */
static fault put_json(struct page *p, json_t *json)
{
	size_t room = p->w.n - p->w.at,
	       n = json ? json_dumpb(json, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY) : 0;
	if (n && n <= room)
		json_dumpb(json, (char *)p->w.p + p->w.at, room, JSON_COMPACT | JSON_ENCODE_ANY);
	json_decref(json);
	NEED(n > 0, SYS_MEMORY);
	NEED(n <= room, QUERY_LIMIT);
	p->w.at += n;
	return NULL;
}

/* As many as there is room for. */
static fault put_records(struct page *p)
{
	put(p, "\"value\":[");
	while (p->n < p->rows.n) {
		size_t before = p->w.at;
		put(p, p->n ? "," : "");
		fault why = put_json(p, property_object(p->list, p->asked.members, p->rows.v[p->n]));
		if (why == FAIL(QUERY_LIMIT) || p->w.at > PAGE_MAX - TAIL_MAX) {
			p->w.at = before;
			break;
		}
		TRY(why);
		p->n++;
	}
	NEED(p->n || !p->rows.n, SYS_MEMORY);
	put(p, "]");
	return NULL;
}

/* What is one page needs no counting, and whoever sees a page knows of that many. */
static fault count(struct page *p, struct store_listing_total *ret)
{
	struct store_listing_total seen = { p->rows.n + !p->rows.is_last, p->rows.is_last, 0 };
	if (p->asked.after_n || !seen.is_all)
		TRY(inventory_count(p->s->f, &p->asked, p->s->a, ret));
	if (!p->asked.after_n && (seen.is_all || seen.n > ret->n))
		*ret = seen;
	return NULL;
}

static fault put_counted(struct page *p, int64_t counted)
{
	char moment[TEXT_TIME_SIZE];
	text_time(counted, moment);
	put(p, "\"@assay.countedDateTime\":\"");
	put(p, moment);
	put(p, "\",");
	return NULL;
}

static fault put_count(struct page *p)
{
	struct store_listing_total total;
	if (!p->asked.is_counted)
		return NULL;
	TRY(count(p, &total));
	put(p, "\"@odata.count\":");
	TRY(put_json(p, json_integer((json_int_t)total.n)));
	put(p, total.is_all ? "," : ",\"@assay.countIsAtLeast\":true,");
	return total.counted ? put_counted(p, total.counted) : NULL;
}

static fault put_link(struct page *p)
{
	const char *token;
	const struct call *c = p->s->c;
	if (p->rows.is_last && p->n == p->rows.n)
		return NULL;
	TRY(selection_write_token(&p->asked, p->rows.ends[p->n - 1], p->asked.sorts_n + 1, p->s->a, &token));
	const char *mark = memchr(c->link.p, '?', c->link.n) ? "&" : "?";
	put(p, ",\"@odata.nextLink\":");
	return put_json(p, json_sprintf("https://%.*s%.*s%s$skiptoken=%s", (int)c->host.n,
					(const char *)c->host.p, (int)c->link.n, (const char *)c->link.p,
					mark, token));
}

fault serve_list_answer(struct serve *s)
{
	struct page p = { .s = s, .list = report_list_of(s->c) };
	NEED(p.list, REPORT_UNKNOWN);
	NEED(s->c->link.p, SYS_FRAME);
	TRY(selection_parse(s->c->selection, &p.asked));
	NEED(p.asked.view == p.list->view, SYS_FRAME);
	TRY(inventory_list(s->f, &p.asked, s->a, &p.rows));
	p.w = wr_of(arena_alloc(s->a, PAGE_MAX), PAGE_MAX);
	NEED(p.w.p != NULL, SYS_MEMORY);
	put(&p, "{");
	TRY(put_count(&p));
	TRY(put_records(&p));
	TRY(put_link(&p));
	put(&p, "}");
	NEED(!p.w.bad, SYS_MEMORY);
	s->answer->content = FRAME_CONTENT_JSON;
	s->answer->body = wr_done(&p.w);
	return NULL;
}

fault serve_list_answer_one(struct serve *s, uint64_t endpoint, const void *record, json_t *extra)
{
	json_t *object = property_object(property_list_find(endpoint), 0, record);
	if (extra)
		json_object_update_new(object, extra);
	return serving_answer_json(s, object);
}

fault serve_list_answer_key(struct serve *s, uint64_t endpoint, struct bytes key)
{
	const void *listed;
	const struct property_list *list = property_list_find(endpoint);
	const struct inventory_listed which = { list->view, list->v[0].column, key };
	TRY(inventory_get_listed(s->f, &which, s->a, &listed));
	return serve_list_answer_one(s, endpoint, listed, NULL);
}
