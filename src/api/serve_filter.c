#include "api/serve_filter.h"

#include "api/member.h"
#include "api/serve_list.h"
#include "flow/filtering.h"
#include "base/text.h"
#include "flow/preview.h"
#include "report/rule.h"

static fault check(const struct filter_trial *in, struct arena *a, json_t **ret)
{
	const struct filter *f = NULL;
	struct filter_error error;
	TRY(filter_parse(in->rule, a, &f, &error));
	*ret = rule_shape(f, a);
	NEED(*ret != NULL, SYS_MEMORY);
	json_object_set_new(*ret, "isValid", json_true());
	return NULL;
}

/* The texts of the comparisons, which are the same for every device. */
static json_t *comparisons(const struct filter *f, struct arena *a)
{
	json_t *list = json_array();
	uint8_t *p = arena_alloc(a, RULE_TEXT_MAX);
	for (size_t i = 0; p && i < filter_count(f); i++) {
		struct wr w = wr_of(p, RULE_TEXT_MAX);
		filter_write_one(f, i, &w);
		struct bytes text = wr_done(&w);
		json_array_append_new(list, member_text(&text));
	}
	return list;
}

static json_t *reasons(const struct preview *p, const struct preview_match *m, const json_t *texts)
{
	json_t *list = json_array();
	for (size_t i = 0; i < filter_count(p->filter); i++) {
		struct filter_finding found = filter_judge_one(p->filter, i, &m->values);
		json_t *value = member_text(&m->values.of[found.attribute]);
		json_array_append_new(list,
				      json_pack("{sO,so,ss}", "comparison", json_array_get(texts, i), "value",
						value, "truth", filter_truth_word(found.truth)));
	}
	return list;
}

static json_t *match(const struct preview *p, const struct preview_match *m, const json_t *texts)
{
	char id[TEXT_UUID_SIZE];
	return json_pack("{ss,so,so,ss,so}", "id", text_uuid(m->device->id.p, id), "deviceName",
			 member_text(&m->device->name), "serialNumber", member_text(&m->device->serial),
			 "truth", filter_truth_word(m->truth), "comparisons", reasons(p, m, texts));
}

static json_t *shape_preview(const struct preview *p, struct arena *a)
{
	char after[TEXT_HEX_SIZE(16)] = "";
	json_auto_t *texts = comparisons(p->filter, a);
	json_t *list = json_array();
	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(list, match(p, &p->v[i], texts));
	json_t *json = json_pack("{sI,sI,sI,so}", "devices", (json_int_t)p->devices, "matching",
				 (json_int_t)p->matching, "unknown", (json_int_t)p->unknown, "value", list);
	if (json && p->after.n == 16)
		json_object_set_new(json, "after", json_string(text_hex(p->after, after)));
	return json;
}

/* --- handlers ------------------------------------------------------------------------------------------- */

fault serve_filter_get(struct serve *s)
{
	struct bytes id;
	struct store_filter *row = NULL;
	TRY(serving_read_id(s, &id));
	TRY(filtering_get(s->f, id, s->a, &row));
	return serve_list_answer_one(s, ENDPOINT_FILTERS, row, NULL);
}

fault serve_filter_add(struct serve *s)
{
	struct filter_new in;
	struct store_filter *row = NULL;
	TRY(message_parse(&filter_new_message, s->c->body, &in));
	TRY(filtering_put(s->f, &s->by, &in, s->a, &row));
	return serve_list_answer_one(s, ENDPOINT_FILTERS, row, NULL);
}

fault serve_filter_set(struct serve *s)
{
	struct bytes id;
	struct filter_set in;
	struct store_filter *row = NULL;
	TRY(serving_read_id(s, &id));
	TRY(message_parse(&filter_set_message, s->c->body, &in));
	TRY(filtering_get(s->f, id, s->a, &row));
	TRY(filtering_update(s->f, &s->by, &in, s->a, row));
	return serve_list_answer_one(s, ENDPOINT_FILTERS, row, NULL);
}

fault serve_filter_remove(struct serve *s)
{
	struct bytes id;
	TRY(serving_read_id(s, &id));
	fault why = filtering_delete(s->f, &s->by, id);
	if (why == FAIL(IN_USE))
		s->answer->detail =
			"The filter is assigned: take it out of all that it is assigned to, then try again.";
	return why;
}

fault serve_filter_check(struct serve *s)
{
	struct filter_trial in;
	json_t *json = NULL;
	TRY(message_parse(&filter_trial_message, s->c->body, &in));
	TRY(check(&in, s->a, &json));
	return serving_answer_json(s, json);
}

fault serve_filter_preview(struct serve *s)
{
	struct filter_trial in;
	struct preview preview;
	TRY(message_parse(&filter_trial_message, s->c->body, &in));
	TRY(preview_list(s->f, &in, s->a, &preview));
	return serving_answer_json(s, shape_preview(&preview, s->a));
}
