#include "cli/restriction.h"

#include "cli/record.h"

/* The filter by its name, and which side of it is meant. */
static struct bytes filter(const json_t *record, const struct column *c, struct arena *a)
{
	const char *included = record_text(record, "include"), *excluded = record_text(record, "exclude");
	(void)c;
	return bytes_text(excluded[0] ? arena_format(a, "not %s", excluded) : included);
}

static const struct column columns[] = {
	{ .title = "PRIORITY", .member = "priority" },
	{ .title = "NAME", .member = "displayName", .is_elastic = true },
	{ .title = "STATE", .member = "state" },
	{ .title = "ACTION", .member = "action" },
	{ .title = "FILTER", .member = "include", .text = filter, .is_elastic = true },
	{ .title = "ID", .member = "id" },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "name", .member = "displayName" },
	{ .title = "priority", .member = "priority" },
	{ .title = "default", .member = "isDefault" },
	{ .title = "state", .member = "state" },
	{ .title = "action", .member = "action" },
	{ .title = "platform", .member = "platformType" },
	{ .title = "groups", .member = "groupTags" },
	{ .title = "user-groups", .member = "userGroups" },
	{ .title = "include", .member = "include" },
	{ .title = "exclude", .member = "exclude" },
	{ .title = "ownership", .member = "ownership" },
	{ .title = "os-min", .member = "osMinimumVersion" },
	{ .title = "os-max", .member = "osMaximumVersion" },
	{ .title = "limit", .member = "limit" },
	{ .title = "trust-claims", .member = "trustClaims" },
	{ .title = "message", .member = "message" },
	{ .title = "created", .member = "createdDateTime" },
	{ .title = "changed", .member = "lastModifiedDateTime" },
};

static const struct resource_member members[] = {
	{ OPTION_COUNT, "displayName", RESOURCE_TEXT },
	{ OPTION_PRIORITY, "priority", RESOURCE_NUMBER },
};

static const struct resource_pair pairs[] = {
	{ "state", "state" },
	{ "action", "action" },
	{ "include", "include" },
	{ "exclude", "exclude" },
	{ "groups", "groupTags" },
	{ "user-groups", "userGroups" },
	{ "ownership", "ownership" },
	{ "platform", "platformType" },
	{ "os-min", "osMinimumVersion" },
	{ "os-max", "osMaximumVersion" },
	{ "limit", "limit" },
	{ "trust-claims", "trustClaims" },
	{ "message", "message" },
	{ "name", "displayName" },
};

const struct resource restriction_resource = {
	.path = "/graph/beta/deviceManagement/deviceEnrollmentConfigurations",
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

fault restriction_move(struct session *s)
{
	json_auto_t *body = json_object(), *moved = NULL;
	TRY(resource_put_members(s, NULL, body));
	return resource_act_on(s, &(struct resource_act){ "setPriority", body }, &moved);
}

/* --- hits ----------------------------------------------------------------------------------------------- */

static const struct column hit_columns[] = {
	{ .title = "TIME (UTC)", .member = "createdDateTime", .text = column_minute },
	{ .title = "DEVICE", .member = "deviceName", .is_elastic = true },
	{ .title = "WOULD BLOCK", .member = "wouldBlock", .is_elastic = true },
};

static const struct column hit_fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "time", .member = "createdDateTime" },
	{ .title = "device", .member = "deviceId" },
	{ .title = "name", .member = "deviceName" },
	{ .title = "serial", .member = "serialNumber" },
	{ .title = "would block", .member = "wouldBlock" },
};

const struct resource restriction_hit_resource = {
	.path = "/assay/v1/restrictionHits",
	.columns = hit_columns,
	.columns_count = COUNT_OF(hit_columns),
	.fields = hit_fields,
	.fields_count = COUNT_OF(hit_fields),
};
