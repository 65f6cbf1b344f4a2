#include "cli/approval.h"

#include <stdlib.h>

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "STATE", .member = "state", .is_painted = true },
	{ .title = "BY", .member = "requestedBy", .is_elastic = true },
	{ .title = "METHOD", .member = "method" },
	{ .title = "OF", .member = "path", .is_elastic = true },
	{ .title = "ENDS (UTC)", .member = "expirationDateTime", .text = column_minute },
};

/* All that was asked for, or was there then, as the server would read it. */
static struct bytes body(const json_t *record, const struct column *c, struct arena *a)
{
	char *text = json_dumps(json_object_get(record, c->member), JSON_COMPACT | JSON_ENSURE_ASCII);
	struct bytes copy = arena_copy(a, bytes_text(text));
	free(text);
	return copy;
}

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "state", .member = "state" },
	{ .title = "asked by", .member = "requestedBy" },
	{ .title = "asked", .member = "createdDateTime" },
	{ .title = "ends", .member = "expirationDateTime" },
	{ .title = "method", .member = "method" },
	{ .title = "of", .member = "path" },
	{ .title = "which", .member = "target" },
	{ .title = "sha256", .member = "digest" },
	{ .title = "body", .member = "body", .text = body },
	{ .title = "as it was", .member = "record", .text = body },
	{ .title = "decided by", .member = "decidedBy" },
	{ .title = "decided", .member = "decidedDateTime" },
};

const struct resource approval_resource = {
	.path = "/assay/v1/approvals",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
};

fault approval_approve(struct session *s)
{
	static const char *const once[] = { "link", "token" };
	json_auto_t *made = NULL;
	TRY(resource_act_on(s, &(struct resource_act){ .verb = s->line->command->verb }, &made));
	for (size_t i = 0; i < COUNT_OF(once); i++)
		if (json_is_string(json_object_get(made, once[i])))
			puts(json_string_value(json_object_get(made, once[i])));
	return NULL;
}
