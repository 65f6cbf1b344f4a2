#include "api/serve_command.h"

#include <string.h>

#include "api/member.h"
#include "base/text.h"
#include "flow/batches.h"
#include "flow/bundles.h"
#include "flow/commands.h"
#include "flow/conflict.h"
#include "report/recovery.h"

/* --- shapes --------------------------------------------------------------------------------------------- */

MEMBER_WORD(state, uint64_t, commands_state_word)

static const struct commands_kind *kind_at(const void *at)
{
	return commands_kind_find(*(const uint64_t *)at);
}

static json_t *action(const void *at)
{
	return kind_at(at) ? json_string(kind_at(at)->action) : json_null();
}

static json_t *evidence(const void *at)
{
	return kind_at(at) && kind_at(at)->evidence ? json_string(kind_at(at)->evidence) : json_null();
}

/* In the words of Intune's report. */
static json_t *status(const void *at)
{
	static const char *const words[] = {
		[STORE_COMMAND_PENDING] = "Not started",  [STORE_COMMAND_SENT] = "In progress",
		[STORE_COMMAND_SUCCEEDED] = "Completed",  [STORE_COMMAND_FAILED] = "Failed",
		[STORE_COMMAND_EXPIRED] = "Failed",       [STORE_COMMAND_CANCELLED] = "Not started",
	};
	return json_string(text_word(words, COUNT_OF(words), *(const uint64_t *)at));
}

json_t *serve_command_recovery(const struct store_command *c)
{
	static const enum recovery_status known[] = {
		[STORE_COMMAND_PENDING] = RECOVERY_PROCESS,  [STORE_COMMAND_SENT] = RECOVERY_PROCESS,
		[STORE_COMMAND_SUCCEEDED] = RECOVERY_DONE,   [STORE_COMMAND_CANCELLED] = RECOVERY_NONE,
	};
	fault why = c->fault.p ? fault_find(c->fault) : NULL;
	bool is_failed = c->state == STORE_COMMAND_FAILED || c->state == STORE_COMMAND_EXPIRED;
	if (c->kind != TRIP_ORDER_RECOVER || c->state >= STORE_COMMAND_STATE_LAST + 1)
		return json_null();
	return json_integer(is_failed ? recovery_status_of(why ? why : FAIL(BUG)) : known[c->state]);
}

static json_t *shape(const struct store_command *c)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_command, id),
		MEMBER("managedDeviceId", member_uuid, store_command, device_id),
		MEMBER("actionName", action, store_command, kind),
		MEMBER("state", state, store_command, state),
		MEMBER("status", status, store_command, state),
		MEMBER("statusDetail", member_status, store_command, fault),
		MEMBER("fault", member_text, store_command, fault),
		MEMBER("what", member_what, store_command, fault),
		MEMBER("remedy", member_remedy, store_command, fault),
		MEMBER("detail", member_text, store_command, detail),
		MEMBER("evidenceKind", evidence, store_command, kind),
		MEMBER("initiatedBy", member_text, store_command, actor),
		MEMBER("batchId", member_uuid, store_command, batch),
		MEMBER("createdDateTime", member_moment, store_command, created),
		MEMBER("sentDateTime", member_moment, store_command, sent),
		MEMBER("tries", member_number, store_command, tries),
		MEMBER("finishedDateTime", member_moment, store_command, finished),
		MEMBER("expiresDateTime", member_moment, store_command, expires),
	};
	json_t *row = MEMBER_OBJECT(members, c);
	json_object_set_new(row, "recoveryStatus", serve_command_recovery(c));
	return row;
}

/* --- one device ----------------------------------------------------------------------------------------- */

static fault put(struct serve *s, const struct commands_ask *ask)
{
	bool ignored;
	return commands_put(s->f, &s->by, ask, s->a, &ignored);
}

fault serve_command_put(struct serve *s)
{
	const char *name = strrchr(endpoints[s->c->endpoint].path, '/') + 1;
	struct commands_ask ask = { .kind = commands_kind_of_action(bytes_text(name)) };
	NEED(ask.kind != NULL, BUG);
	TRY(serving_read_id(s, &ask.device_id));
	return put(s, &ask);
}

fault serve_command_retire(struct serve *s)
{
	struct bytes id;
	TRY(serving_read_id(s, &id));
	fault why = serve_command_put(s);
	return why == FAIL(NOT_FOUND) ? conflict_retire(s->f, &s->by, id, s->a) : why;
}

fault serve_command_get_bundle(struct serve *s)
{
	struct bytes id;
	struct store_bundle *bundle = NULL;
	TRY(serving_read_id(s, &id));
	TRY(bundles_get(s->f, id, s->a, &bundle));
	s->answer->content = FRAME_CONTENT_CAB;
	s->answer->body = bundle->body;
	return NULL;
}

/* --- several -------------------------------------------------------------------------------------------- */

/* Where a device is named in the answer, by why it was not told. */
static const char *list_of(fault why)
{
	return !why			 ? "successfulDeviceIds" :
	       why == FAIL(NOT_FOUND) ? "notFoundDeviceIds" :
					"failedDeviceIds";
}

fault serve_command_put_many(struct serve *s)
{
	struct action_new in;
	char id[TEXT_UUID_SIZE];
	json_auto_t *answer = json_pack("{s[] s[] s[] s[]}", "successfulDeviceIds", "failedDeviceIds",
					"notFoundDeviceIds", "notSupportedDeviceIds");
	TRY(message_parse(&action_new_message, s->c->body, &in));
	struct commands_ask ask = { .kind = commands_kind_of_action(in.action_name) };
	NEED(ask.kind != NULL, PARSE_FIELD);
	for (size_t at = 0; at < in.device_ids.n; at += FIELD_ID_SIZE) {
		ask.device_id = bytes_slice(in.device_ids, at, FIELD_ID_SIZE);
		fault why = put(s, &ask);
		TRY(is_commands_of_device(why) ? NULL : why);
		json_array_append_new(json_object_get(answer, list_of(why)),
				      json_string(text_uuid(ask.device_id.p, id)));
	}
	return serving_answer_json(s, json_incref(answer));
}

/* --- what was asked ------------------------------------------------------------------------------------- */

static fault answer_page(struct serve *s, const struct store_command_list *rows, size_t limit)
{
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < rows->n; i++)
		json_array_append_new(p.rows, shape(&rows->v[i]));
	if (rows->n == limit)
		p.last = rows->v[rows->n - 1].id;
	return serving_answer_page(s, &p, "");
}

static fault list(struct serve *s, struct bytes device_id)
{
	struct store_page page;
	struct store_command_list rows;
	TRY(serving_read_page(s, s->c->skip, RECORD_ID_SIZE, &page));
	TRY(commands_list(s->f, device_id, page, s->a, &rows));
	return answer_page(s, &rows, page.limit);
}

fault serve_command_list_of_batch(struct serve *s)
{
	struct bytes id;
	struct store_page page;
	struct store_command_list rows;
	TRY(serving_read_id(s, &id));
	TRY(serving_read_page(s, s->c->skip, RECORD_ID_SIZE, &page));
	TRY(batches_list_commands(s->f, id, page, s->a, &rows));
	return answer_page(s, &rows, page.limit);
}

fault serve_command_list(struct serve *s)
{
	return list(s, (struct bytes){ 0 });
}

fault serve_command_list_of_device(struct serve *s)
{
	struct bytes id;
	TRY(serving_read_id(s, &id));
	return list(s, id);
}

fault serve_command_get(struct serve *s)
{
	struct bytes id;
	struct store_command *row = NULL;
	TRY(serving_read_id(s, &id));
	TRY(commands_get(s->f, id, s->a, &row));
	return serving_answer_json(s, shape(row));
}

fault serve_command_cancel(struct serve *s)
{
	struct bytes id;
	TRY(serving_read_id(s, &id));
	return commands_cancel(s->f, &s->by, id, s->a);
}
