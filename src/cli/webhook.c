#include "cli/webhook.h"

static const struct column columns[] = {
	{ .title = "NAME", .member = "displayName", .is_elastic = true },
	{ .title = "URL", .member = "url", .is_elastic = true },
	{ .title = "WAITING", .member = "waitingCount" },
	{ .title = "SENT", .member = "deliveredCount" },
	{ .title = "LOST", .member = "lostCount" },
	{ .title = "LAST (UTC)", .member = "deliveredDateTime", .text = column_minute },
	{ .title = "FAULT", .member = "fault" },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "name", .member = "displayName" },
	{ .title = "url", .member = "url" },
	{ .title = "waiting", .member = "waitingCount" },
	{ .title = "sent", .member = "deliveredCount" },
	{ .title = "lost", .member = "lostCount" },
	{ .title = "last sent", .member = "deliveredDateTime" },
	{ .title = "last tried", .member = "triedDateTime" },
	{ .title = "next attempt", .member = "nextAttemptDateTime" },
	{ .title = "failed attempts", .member = "failedAttempts" },
	{ .title = "fault", .member = "fault" },
	{ .title = "detail", .member = "detail" },
	{ .title = "remedy", .member = "remedy" },
	{ .title = "created", .member = "createdDateTime" },
};

static const struct resource_member members[] = {
	{ OPTION_COUNT, "displayName", RESOURCE_TEXT },
};

static const struct resource_pair pairs[] = {
	{ "url", "url" },
};

const struct resource webhook_resource = {
	.path = "/assay/v1/webhooks",
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
