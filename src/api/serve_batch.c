#include "api/serve_batch.h"

#include "api/member.h"
#include "flow/batches.h"

static json_t *action(const void *at)
{
	const struct commands_kind *k = commands_kind_find(*(const uint64_t *)at);
	return k ? json_string(k->action) : json_null();
}

static json_t *shape(const struct store_batch *b)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_batch, id),
		MEMBER("actionName", action, store_batch, kind),
		MEMBER("rule", member_text, store_batch, rule),
		MEMBER("initiatedBy", member_text, store_batch, actor),
		MEMBER("createdDateTime", member_moment, store_batch, created),
		MEMBER("rate", member_number, store_batch, rate),
		MEMBER("devices", member_number, store_batch, devices),
		MEMBER("commands", member_number, store_batch, made),
		MEMBER("finishedDateTime", member_moment, store_batch, finished),
		MEMBER("isCancelled", member_truth, store_batch, cancelled),
	};
	return MEMBER_OBJECT(members, b);
}

static fault answer(struct serve *s, const struct store_batch *b)
{
	struct batches_count n;
	TRY(batches_count(s->f, b->id, &n));
	json_t *object = shape(b);
	for (size_t i = STORE_COMMAND_PENDING; i < COUNT_OF(n.of); i++)
		json_object_set_new(object, commands_state_word(i), json_integer((json_int_t)n.of[i]));
	return serving_answer_json(s, object);
}

fault serve_batch_put(struct serve *s)
{
	struct batch_new in;
	struct store_batch *row = NULL;
	TRY(message_parse(&batch_new_message, s->c->body, &in));
	const struct batches_ask ask = { commands_kind_of_action(in.action_name), in.rule, in.rate,
					 in.device_ids };
	NEED(ask.kind != NULL, PARSE_FIELD);
	TRY(batches_put(s->f, &s->by, &ask, s->a, &row));
	return answer(s, row);
}

SERVING_LIST(serve_batch_list, batch, RECORD_ID_SIZE, batches_list, shape(row), id)

fault serve_batch_get(struct serve *s)
{
	struct bytes id;
	struct store_batch *row = NULL;
	TRY(serving_read_id(s, &id));
	TRY(batches_get(s->f, id, s->a, &row));
	return answer(s, row);
}

fault serve_batch_cancel(struct serve *s)
{
	struct bytes id;
	TRY(serving_read_id(s, &id));
	return batches_cancel(s->f, &s->by, id, s->a);
}
