#include "cli/compliance.h"

#include <stdio.h>

#include "cli/paragraph.h"
#include "cli/record.h"

#define DEVICES "/assay/v1/devices"
#define INDENT 9 /* behind the names of what is said */

/* The filter by its name, and which side of it is meant; or the groups. */
static struct bytes scope(const json_t *record, const struct column *c, struct arena *a)
{
	const char *included = record_text(record, "include"), *excluded = record_text(record, "exclude");
	const char *groups = record_text(record, "groupTags");
	(void)c;
	if (json_is_true(json_object_get(record, "isDefault")))
		return BYTES_TEXT("all others");
	return bytes_text(arena_format(a, "%s%s%s%s%s", groups,
				       groups[0] && (included[0] || excluded[0]) ? "; " : "", included,
				       excluded[0] ? "not " : "", excluded));
}

struct bytes compliance_codes(const json_t *record, const struct column *c, struct arena *a)
{
	const char *text = "";
	size_t i;
	const json_t *reason;
	json_array_foreach(json_object_get(record, c->member), i, reason)
	{
		const char *cause = record_text(reason, "cause");
		text = arena_format(a, "%s%s%s%s%s", text, text[0] ? ", " : "", record_text(reason, "code"),
				    cause[0] ? ": " : "", cause);
	}
	return bytes_text(text);
}

static const struct column columns[] = {
	{ .title = "NAME", .member = "displayName", .is_elastic = true },
	{ .title = "DEVICES", .member = "include", .text = scope, .is_elastic = true },
	{ .title = "ATTESTED", .member = "attestedWithinHours" },
	{ .title = "SILENT", .member = "silentHours" },
	{ .title = "GRACE", .member = "gracePeriodHours" },
	{ .title = "DOES", .member = "enforcement" },
	{ .title = "ID", .member = "id" },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "name", .member = "displayName" },
	{ .title = "default", .member = "isDefault" },
	{ .title = "groups", .member = "groupTags" },
	{ .title = "include", .member = "include" },
	{ .title = "exclude", .member = "exclude" },
	{ .title = "attested-within", .member = "attestedWithinHours" },
	{ .title = "assurance", .member = "minimumAssurance" },
	{ .title = "classes", .member = "tpmClasses" },
	{ .title = "firmware", .member = "firmwareNotVulnerable" },
	{ .title = "key", .member = "deviceKeyInTpm" },
	{ .title = "silent-after", .member = "silentHours" },
	{ .title = "grace", .member = "gracePeriodHours" },
	{ .title = "enforcement", .member = "enforcement" },
	{ .title = "created", .member = "createdDateTime" },
	{ .title = "changed", .member = "lastModifiedDateTime" },
};

static const struct resource_member members[] = {
	{ OPTION_COUNT, "displayName", RESOURCE_TEXT },
};

static const struct resource_pair pairs[] = {
	{ "name", "displayName" },
	{ "groups", "groupTags" },
	{ "include", "include" },
	{ "exclude", "exclude" },
	{ "attested-within", "attestedWithinHours" },
	{ "assurance", "minimumAssurance" },
	{ "classes", "tpmClasses" },
	{ "firmware", "firmwareNotVulnerable" },
	{ "key", "deviceKeyInTpm" },
	{ "silent-after", "silentHours" },
	{ "grace", "gracePeriodHours" },
	{ "enforcement", "enforcement" },
};

const struct resource compliance_resource = {
	.path = "/graph/beta/deviceManagement/deviceCompliancePolicies",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
	.members = members,
	.members_count = COUNT_OF(members),
	.pairs = pairs,
	.pairs_count = COUNT_OF(pairs),
	.made = "id",
};

/* --- status --------------------------------------------------------------------------------------------- */

static void write_minute(struct session *s, const char *name, const json_t *reason, const char *member)
{
	const struct column c = { .member = member };
	const char *text = arena_text(&s->arena, column_minute(reason, &c, &s->arena));
	paragraph_write_item(name, text, INDENT, &s->screen, stdout);
}

static void write_reason(struct session *s, const json_t *reason)
{
	printf("%s%s%s\n", screen_strong(&s->screen), record_text(reason, "code"), screen_plain(&s->screen));
	paragraph_write_item("why", record_text(reason, "what"), INDENT, &s->screen, stdout);
	paragraph_write_item("cause", record_text(reason, "cause"), INDENT, &s->screen, stdout);
	paragraph_write_item("policy", record_text(reason, "policy"), INDENT, &s->screen, stdout);
	write_minute(s, "since", reason, "sinceDateTime");
	write_minute(s, "until", reason, "graceUntilDateTime");
	paragraph_write_item("do", record_text(reason, "remedy"), INDENT, &s->screen, stdout);
}

static fault write_device(struct session *s, const char *path)
{
	json_auto_t *device = NULL;
	const struct remote_request request = { .method = "GET",
						.path = arena_format(&s->arena, "%s/compliance", path) };
	size_t i;
	const json_t *reason;
	NEED(request.path != NULL, SYS_MEMORY);
	TRY(session_send(s, &request, &device));
	if (is_session_json(s)) {
		session_write(s, device);
		return NULL;
	}
	struct bytes state = bytes_text(record_text(device, "complianceState"));
	printf("%s  %s%.*s%s\n", record_text(device, "deviceName"), screen_paint(&s->screen, state),
	       (int)state.n, (const char *)state.p, screen_plain(&s->screen));
	json_array_foreach(json_object_get(device, "complianceReasons"), i, reason) write_reason(s, reason);
	return NULL;
}

static fault write_counts(struct session *s)
{
	json_auto_t *counts = NULL;
	const struct remote_request request = { .method = "GET",
						.path = "/graph/beta/deviceManagement/"
							"deviceCompliancePolicyDeviceStateSummary" };
	static const struct {
		const char *word, *member;
	} rows[] = {
		{ "compliant", "compliantDeviceCount" },
		{ "inGracePeriod", "inGracePeriodCount" },
		{ "noncompliant", "nonCompliantDeviceCount" },
		{ "unknown", "unknownDeviceCount" },
	};
	TRY(session_send(s, &request, &counts));
	if (is_session_json(s)) {
		session_write(s, counts);
		return NULL;
	}
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		printf("%-14s %lld\n", rows[i].word,
		       (long long)json_integer_value(json_object_get(counts, rows[i].member)));
	return NULL;
}

fault compliance_status(struct session *s)
{
	const char *path;
	if (!s->line->count)
		return write_counts(s);
	TRY(session_path(s, DEVICES, s->line->arguments[0], &path));
	return write_device(s, path);
}

fault compliance_clear(struct session *s)
{
	const char *path;
	json_auto_t *none = NULL;
	TRY(session_path(s, DEVICES, s->line->arguments[0], &path));
	const struct remote_request request = { .method = "POST",
						.path = arena_format(&s->arena, "%s/clear", path) };
	NEED(request.path != NULL, SYS_MEMORY);
	return session_send(s, &request, &none);
}
