#include "api/serve_restriction.h"

#include "base/text.h"
#include "flow/filtering.h"
#include "flow/restricting.h"

/* --- shapes --------------------------------------------------------------------------------------------- */

static json_t *text(struct bytes b)
{
	return b.p ? json_stringn((const char *)b.p, b.n) : json_null();
}

static json_t *uuid(struct bytes id)
{
	char out[TEXT_UUID_SIZE];
	return id.n == RECORD_ID_SIZE ? json_string(text_uuid(id.p, out)) : json_null();
}

static json_t *moment(int64_t seconds)
{
	char out[TEXT_TIME_SIZE];
	return seconds ? json_string(text_time(seconds, out)) : json_null();
}

/* The record as whoever changes it would say it; the filter stands there by its name. */
static json_t *restriction(const struct store_restriction *r, struct bytes filter)
{
	bool is_included = r->mode == RESTRICTION_INCLUDE;
	const struct {
		const char *name;
		json_t *value;
	} members[] = {
		{ "id", uuid(r->id) },
		{ "displayName", text(r->name) },
		{ "priority", json_integer((json_int_t)r->priority) },
		{ "isDefault", json_boolean(r->is_default == 1) },
		{ "state", json_string(restriction_state_word((enum restriction_state)r->state)) },
		{ "action", json_string(restriction_action_word((enum restriction_action)r->action)) },
		{ "platformType", text(r->platform) },
		{ "groupTags", text(r->group_tags) },
		{ "include", is_included ? text(filter) : json_null() },
		{ "exclude", is_included ? json_null() : text(filter) },
		{ "filterId", uuid(r->filter_id) },
		{ "ownership", json_string(r->corporate ? "corporate" : "any") },
		{ "osMinimumVersion", text(r->os_min) },
		{ "osMaximumVersion", text(r->os_max) },
		{ "limit", r->devices_max ? json_integer((json_int_t)r->devices_max) : json_null() },
		{ "trustClaims", json_boolean(r->trusts_labels == 1) },
		{ "message", text(r->message) },
		{ "createdDateTime", moment(r->created) },
		{ "lastModifiedDateTime", moment(r->updated) },
	};
	json_t *json = json_object();
	for (size_t i = 0; i < COUNT_OF(members); i++)
		json_object_set_new(json, members[i].name, members[i].value);
	return json;
}

static json_t *hit(const struct store_decision_hit *r)
{
	return json_pack("{so,so,so,so,so,so}", "id", uuid(r->id), "createdDateTime", moment(r->created),
			 "deviceId", uuid(r->device_id), "deviceName", text(r->name), "serialNumber",
			 text(r->serial), "wouldBlock", text(r->monitored));
}

static fault shape(struct serve *s, const struct store_restriction *r, json_t **ret)
{
	struct store_filter *filter = NULL;
	if (r->filter_id.p)
		TRY(filtering_get(s->f, r->filter_id, s->a, &filter));
	*ret = restriction(r, filter ? filter->name : (struct bytes){ 0 });
	return NULL;
}

/* --- answers -------------------------------------------------------------------------------------------- */

static fault answer(struct serve *s, const struct store_restriction *r)
{
	json_t *json;
	TRY(shape(s, r, &json));
	return serving_answer_json(s, json);
}

/* They have a ceiling and stand in an order, so that all of them are one page. */
fault serve_restriction_list(struct serve *s)
{
	struct store_restriction_list list;
	json_auto_t *rows = json_array();
	TRY(restricting_list(s->f, s->a, &list));
	for (size_t i = 0; i < list.n; i++) {
		json_t *json;
		TRY(shape(s, &list.v[i], &json));
		json_array_append_new(rows, json);
	}
	return serving_answer_page(s, &(struct serving_page){ .rows = json_incref(rows) }, "");
}

fault serve_restriction_list_hits(struct serve *s)
{
	struct store_page page;
	struct store_decision_hit_list list;
	TRY(serving_read_page(s, s->c->skip, RECORD_ID_SIZE, &page));
	TRY(restricting_list_hits(s->f, page, s->a, &list));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < list.n; i++)
		json_array_append_new(p.rows, hit(&list.v[i]));
	if (list.n == page.limit)
		p.last = list.v[list.n - 1].id;
	return serving_answer_page(s, &p, "");
}

static fault get(struct serve *s, struct restricting_order *ret)
{
	struct bytes id;
	*ret = (struct restricting_order){ .by = &s->by, .a = s->a };
	TRY(serving_read_id(s, &id));
	return restricting_get(s->f, id, s->a, &ret->row);
}

fault serve_restriction_get(struct serve *s)
{
	struct restricting_order o;
	TRY(get(s, &o));
	return answer(s, o.row);
}

/* Hands the sentence on with the fault. */
static fault answer_order(struct serve *s, const struct restricting_order *o, fault why)
{
	if (why)
		s->answer->detail = o->detail;
	return why ? why : answer(s, o->row);
}

fault serve_restriction_put(struct serve *s)
{
	struct restriction_words in;
	struct restricting_order o = { .by = &s->by, .a = s->a };
	TRY(message_parse(&restriction_words_message, s->c->body, &in));
	return answer_order(s, &o, restricting_put(s->f, &in, &o));
}

fault serve_restriction_update(struct serve *s)
{
	struct restriction_words in;
	struct restricting_order o;
	TRY(message_parse(&restriction_words_message, s->c->body, &in));
	TRY(get(s, &o));
	return answer_order(s, &o, restricting_update(s->f, &in, &o));
}

fault serve_restriction_move(struct serve *s)
{
	struct restriction_place in;
	struct restricting_order o;
	TRY(message_parse(&restriction_place_message, s->c->body, &in));
	TRY(get(s, &o));
	return answer_order(s, &o, restricting_move(s->f, in.priority, &o));
}

fault serve_restriction_delete(struct serve *s)
{
	struct restricting_order o;
	TRY(get(s, &o));
	return restricting_delete(s->f, &o);
}
