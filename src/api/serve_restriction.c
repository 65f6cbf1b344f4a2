#include "api/serve_restriction.h"

#include "api/member.h"
#include "api/serve_list.h"
#include "flow/restricting.h"

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

SERVING_LIST(serve_restriction_list_hits, decision_hit, RECORD_ID_SIZE, restricting_list_hits, hit(row), id)

static fault get(struct serve *s, struct restricting_order *ret)
{
	struct bytes id;
	*ret = (struct restricting_order){ .by = &s->by, .a = s->a };
	TRY(serving_read_id(s, &id));
	return restricting_get(s->f, id, s->a, &ret->row);
}

/* The record as lists show it; hands the sentence on with the fault. */
static fault answer(struct serve *s, const struct restricting_order *o, fault why)
{
	s->answer->detail = why ? o->detail : NULL;
	TRY(why);
	return serve_list_answer_key(s, ENDPOINT_RESTRICTIONS, o->row->id);
}

fault serve_restriction_get(struct serve *s)
{
	struct bytes id;
	TRY(serving_read_id(s, &id));
	return serve_list_answer_key(s, ENDPOINT_RESTRICTIONS, id);
}

fault serve_restriction_put(struct serve *s)
{
	struct restriction_words in;
	struct restricting_order o = { .by = &s->by, .a = s->a };
	TRY(message_parse(&restriction_words_message, s->c->body, &in));
	return answer(s, &o, restricting_put(s->f, &in, &o));
}

fault serve_restriction_update(struct serve *s)
{
	struct restriction_words in;
	struct restricting_order o;
	TRY(message_parse(&restriction_words_message, s->c->body, &in));
	TRY(get(s, &o));
	return answer(s, &o, restricting_update(s->f, &in, &o));
}

fault serve_restriction_move(struct serve *s)
{
	struct restriction_place in;
	struct restricting_order o;
	TRY(message_parse(&restriction_place_message, s->c->body, &in));
	TRY(get(s, &o));
	return answer(s, &o, restricting_move(s->f, in.priority, &o));
}

fault serve_restriction_delete(struct serve *s)
{
	struct restricting_order o;
	TRY(get(s, &o));
	return restricting_delete(s->f, &o);
}
