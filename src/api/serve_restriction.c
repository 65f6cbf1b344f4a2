#include "api/serve_restriction.h"

#include "api/member.h"
#include "flow/filtering.h"
#include "flow/restricting.h"

/* --- shapes --------------------------------------------------------------------------------------------- */

MEMBER_WORD(state, enum restriction_state, restriction_state_word)
MEMBER_WORD(action, enum restriction_action, restriction_action_word)

static json_t *ownership(const void *at)
{
	return json_string(*(const uint64_t *)at ? "corporate" : "any");
}

static json_t *limit(const void *at)
{
	return *(const uint64_t *)at ? member_number(at) : json_null();
}

/* The record as whoever changes it would say it; the filter stands there by its name. */
static json_t *restriction(const struct store_restriction *r, struct bytes filter)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_restriction, id),
		MEMBER("displayName", member_text, store_restriction, name),
		MEMBER("priority", member_number, store_restriction, priority),
		MEMBER("isDefault", member_truth, store_restriction, is_default),
		MEMBER("state", state, store_restriction, state),
		MEMBER("action", action, store_restriction, action),
		MEMBER("platformType", member_text, store_restriction, platform),
		MEMBER("groupTags", member_text, store_restriction, group_tags),
		MEMBER("userGroups", member_text, store_restriction, user_groups),
		MEMBER("include", member_nothing, store_restriction, filter_id),
		MEMBER("exclude", member_nothing, store_restriction, filter_id),
		MEMBER("filterId", member_uuid, store_restriction, filter_id),
		MEMBER("ownership", ownership, store_restriction, corporate),
		MEMBER("osMinimumVersion", member_text, store_restriction, os_min),
		MEMBER("osMaximumVersion", member_text, store_restriction, os_max),
		MEMBER("limit", limit, store_restriction, devices_max),
		MEMBER("trustClaims", member_truth, store_restriction, trusts_labels),
		MEMBER("message", member_text, store_restriction, message),
		MEMBER("createdDateTime", member_moment, store_restriction, created),
		MEMBER("lastModifiedDateTime", member_moment, store_restriction, updated),
	};
	json_t *json = MEMBER_OBJECT(members, r);
	const char *way = r->mode == SCOPE_INCLUDE ? "include" : "exclude";
	json_object_set_new(json, way, member_text(&filter));
	return json;
}

static json_t *hit(const struct store_decision_hit *r)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_decision_hit, id),
		MEMBER("createdDateTime", member_moment, store_decision_hit, created),
		MEMBER("deviceId", member_uuid, store_decision_hit, device_id),
		MEMBER("deviceName", member_text, store_decision_hit, name),
		MEMBER("serialNumber", member_text, store_decision_hit, serial),
		MEMBER("wouldBlock", member_text, store_decision_hit, monitored),
	};
	return MEMBER_OBJECT(members, r);
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

SERVING_LIST(serve_restriction_list_hits, decision_hit, RECORD_ID_SIZE, restricting_list_hits, hit(row), id)

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
