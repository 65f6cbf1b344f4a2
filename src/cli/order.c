#include "cli/order.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/batch.h"
#include "cli/device.h"
#include "cli/file.h"
#include "cli/filter.h"
#include "cli/listing.h"
#include "cli/pages.h"
#include "cli/record.h"

#define AT_ONCE_MAX 100 /* devices that the server takes in one request */

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "DEVICE", .member = "managedDeviceId", .is_elastic = true },
	{ .title = "ACTION", .member = "actionName", .is_elastic = true },
	{ .title = "STATE", .member = "state", .is_painted = true },
	{ .title = "FAULT", .member = "fault" },
	{ .title = "ASKED (UTC)", .member = "createdDateTime", .text = column_minute },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "device", .member = "managedDeviceId" },
	{ .title = "action", .member = "actionName" },
	{ .title = "state", .member = "state" },
	{ .title = "status", .member = "status" },
	{ .title = "status detail", .member = "statusDetail" },
	{ .title = "recovery status", .member = "recoveryStatus" },
	{ .title = "fault", .member = "fault" },
	{ .title = "what", .member = "what" },
	{ .title = "detail", .member = "detail" },
	{ .title = "remedy", .member = "remedy" },
	{ .title = "evidence", .member = "evidenceKind" },
	{ .title = "asked by", .member = "initiatedBy" },
	{ .title = "batch", .member = "batchId" },
	{ .title = "asked", .member = "createdDateTime" },
	{ .title = "told", .member = "sentDateTime" },
	{ .title = "times told", .member = "tries" },
	{ .title = "over", .member = "finishedDateTime" },
	{ .title = "expires", .member = "expiresDateTime" },
};

const struct resource order_resource = {
	.path = "/assay/v1/commands",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
};

/* What the server calls the verbs of `assay device`. */
static const char *action_of(const struct session *s)
{
	static const struct {
		const char *verb, *action;
	} actions[] = {
		{ "attest", "initiateDeviceAttestation" },
		{ "recover", "initiateMobileDeviceManagementKeyRecovery" },
		{ "diagnostics", "collectDiagnostics" },
		{ "rotate", "rotateAttestationKey" },
		{ "renew", "renewDeviceCertificate" },
		{ "retire", "retire" },
	};
	for (size_t i = 0; i < COUNT_OF(actions); i++)
		if (strcmp(s->line->command->verb, actions[i].verb) == 0)
			return actions[i].action;
	return "";
}

/* --- by id ---------------------------------------------------------------------------------------------- */

/* One device: whatever it is refused with is said as it is. */
static fault put_one(struct session *s)
{
	json_auto_t *nothing = NULL;
	return resource_act_on(s, &(struct resource_act){ .verb = action_of(s) }, &nothing);
}

static json_t *ids_of(struct session *s, size_t from, size_t n)
{
	uint8_t id[16];
	json_t *ids = json_array();
	for (size_t i = from; i < from + n; i++) {
		const char *word = s->line->arguments[i];
		if (text_uuid_parse(bytes_text(word), id)) {
			json_array_append_new(ids, json_string(word));
			continue;
		}
		json_decref(ids);
		return NULL;
	}
	return ids;
}

/* Adds what became of some of the devices to what became of those before. */
static fault add_some(struct session *s, size_t from, size_t n, json_t *all)
{
	const char *list;
	json_t *rows;
	json_auto_t *ids = ids_of(s, from, n), *answer = NULL;
	if (!ids)
		return complaint_put(&s->complaint, FAIL(USAGE), "Devices are named by their ids.");
	json_auto_t *body = json_pack("{sssO}", "actionName", action_of(s), "deviceIds", ids);
	const char *path = arena_format(&s->arena, "%s/executeAction", device_resource.path);
	NEED(body && path, SYS_MEMORY);
	TRY(session_send(s, &(struct remote_request){ "POST", path, body }, &answer));
	json_object_foreach(answer, list, rows)
	{
		if (!json_object_get(all, list))
			json_object_set_new(all, list, json_array());
		json_array_extend(json_object_get(all, list), rows);
	}
	return NULL;
}

static void write_list(const json_t *all, const char *list, const char *sentence)
{
	size_t i;
	const json_t *id, *rows = json_object_get(all, list);
	json_array_foreach(rows, i, id)
		if (is_text_printable(bytes_text(json_string_value(id))))
			printf("%s  %s\n", json_string_value(id), sentence);
}

static fault put_several(struct session *s)
{
	json_auto_t *all = json_object();
	for (size_t at = 0; at < s->line->count; at += AT_ONCE_MAX) {
		size_t rest = s->line->count - at;
		arena_reset(&s->arena);
		TRY(add_some(s, at, rest < AT_ONCE_MAX ? rest : AT_ONCE_MAX, all));
	}
	size_t missed = json_array_size(json_object_get(all, "notFoundDeviceIds")) +
			json_array_size(json_object_get(all, "failedDeviceIds"));
	s->result = missed ? 1 : 0;
	if (is_session_json(s)) {
		session_write(s, all);
		return NULL;
	}
	write_list(all, "successfulDeviceIds", "is told");
	write_list(all, "failedDeviceIds", "is not told: retired, or busy");
	write_list(all, "notFoundDeviceIds", "is not known");
	return NULL;
}

/* --- many ----------------------------------------------------------------------------------------------- */

static fault put_rate(struct session *s, json_t *body)
{
	uint64_t rate;
	const char *word = s->line->values[OPTION_RATE];
	if (!word)
		return NULL;
	if (!text_uint_parse(bytes_text(word), 1000000, &rate))
		return complaint_put(&s->complaint, FAIL(USAGE), "--rate %s: no number up to 1000000.",
				     word);
	json_object_set_new(body, "rate", json_integer((json_int_t)rate));
	return NULL;
}

static fault put_batch(struct session *s)
{
	const char *rule = NULL, *filter = s->line->values[OPTION_FILTER];
	json_auto_t *body = json_pack("{ss}", "actionName", action_of(s)), *kept = NULL, *batch = NULL;
	if (filter)
		TRY(filter_get_rule(s, filter, &rule, &kept));
	if (rule)
		json_object_set_new(body, "rule", json_string(rule));
	TRY(put_rate(s, body));
	TRY(session_send(s, &(struct remote_request){ "POST", batch_resource.path, body }, &batch));
	if (is_session_json(s))
		session_write(s, batch);
	else
		puts(record_text(batch, "id"));
	return NULL;
}

/* How the devices are named: by ids, by a filter, or not at all: all of them. */
static fault check_named(struct session *s, bool *ret_many)
{
	const char *const *values = s->line->values;
	int ways = (s->line->count > 0) + (values[OPTION_FILTER] != NULL) + (values[OPTION_ALL] != NULL);
	if (ways != 1)
		return complaint_put(&s->complaint, FAIL(USAGE),
				     "Say which devices: their ids, or --filter, or --all.");
	*ret_many = s->line->count == 0;
	if (*ret_many && strcmp(s->line->command->verb, "retire") == 0 && !values[OPTION_YES])
		return complaint_put(&s->complaint, FAIL(USAGE),
				     "Retired devices have to be enrolled again: to retire many, add --yes.");
	if (values[OPTION_RATE] && !*ret_many)
		return complaint_put(&s->complaint, FAIL(USAGE), "--rate goes with --filter and --all.");
	return NULL;
}

fault order_put(struct session *s)
{
	bool many;
	TRY(check_named(s, &many));
	if (many)
		return put_batch(s);
	return s->line->count == 1 && !is_session_json(s) ? put_one(s) : put_several(s);
}

fault order_put_or_save(struct session *s)
{
	struct bytes cab;
	const char *path, *out = s->line->values[OPTION_OUT];
	if (!out)
		return order_put(s);
	if (s->line->count != 1)
		return complaint_put(&s->complaint, FAIL(USAGE), "--out saves what one device sent.");
	TRY(session_path(s, device_resource.evidence, s->line->arguments[0], &path));
	path = arena_format(&s->arena, "%s/diagnostics", path);
	NEED(path != NULL, SYS_MEMORY);
	TRY(session_get(s, &(struct remote_document){ path, "application/vnd.ms-cab-compressed" }, &cab));
	return file_put(out, cab, &s->complaint);
}

/* --- what was asked ------------------------------------------------------------------------------------- */

fault order_list(struct session *s)
{
	struct resource of = order_resource;
	const char *device = s->line->values[OPTION_DEVICE], *record;
	char path[PAGES_LINK_MAX];
	if (device) {
		TRY(session_path(s, device_resource.evidence, device, &record));
		snprintf(path, sizeof(path), "%s/commands", record); /* the arena is a page's */
		of.path = path;
	}
	return listing_write(s, &of, NULL, NULL);
}

fault order_cancel(struct session *s)
{
	for (size_t i = 0; i < s->line->count; i++) {
		const char *record;
		json_auto_t *nothing = NULL;
		struct remote_request request = { .method = "POST" };
		arena_reset(&s->arena);
		TRY(session_path(s, s->line->command->of->path, s->line->arguments[i], &record));
		request.path = arena_format(&s->arena, "%s/cancel", record);
		NEED(request.path != NULL, SYS_MEMORY);
		TRY(session_send(s, &request, &nothing));
	}
	return NULL;
}
