#include "api/serve_blocklist.h"

#include "api/member.h"
#include "api/shape.h"
#include "base/text.h"
#include "flow/blocking.h"
#include "flow/forecast.h"

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

/* --- before it is one ----------------------------------------------------------------------------------- */

static const char *effect_of(const struct blocklist_finding *f)
{
	static const char *const words[] = { [BLOCKLIST_VULNERABLE] = "refuse",
					     [BLOCKLIST_OLD_KEYS] = "renew" };
	return f->outcome < BLOCKLIST_FINE ? words[f->outcome] : "warn";
}

static json_t *shape_hit(const struct forecast_hit *h)
{
	char text[BLOCKLIST_DETAIL_SIZE];
	const struct store_device *d = h->device;
	json_t *o = json_pack("{so so so so ss}", "id", member_uuid(&d->id), "deviceName",
			      member_text(&d->name), "serialNumber", member_text(&d->serial),
			      "tpmManufacturer", member_text(&d->tpm_maker), "effect",
			      effect_of(&h->finding));
	const char *detail = h->finding.outcome == BLOCKLIST_FINE ? blocklist_warnings(&h->finding, text) :
								    blocklist_text(&h->finding, text);
	json_object_set_new(o, "detail", json_string(detail));
	return o;
}

fault serve_blocklist_preview(struct serve *s)
{
	char after[TEXT_HEX_SIZE(RECORD_ID_SIZE)];
	struct blocklist_new in;
	struct store_page page;
	struct forecast found;
	TRY(message_parse(&blocklist_new_message, s->c->body, &in));
	TRY(serving_read_page(s, s->c->skip, RECORD_ID_SIZE, &page));
	TRY(forecast_list(s->f, &in, page.after, s->a, &found));
	json_t *rows = json_array();
	for (size_t i = 0; i < found.n; i++)
		json_array_append_new(rows, shape_hit(&found.v[i]));
	json_t *json = json_pack("{sI so}", "devices", (json_int_t)found.devices, "value", rows);
	if (json && found.after.p)
		json_object_set_new(json, "after", json_string(text_hex(found.after, after)));
	return serving_answer_json(s, json);
}
