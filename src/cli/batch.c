#include "cli/batch.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "ACTION", .member = "actionName", .is_elastic = true },
	{ .title = "DEVICES", .member = "devices" },
	{ .title = "COMMANDS", .member = "commands" },
	{ .title = "ASKED (UTC)", .member = "createdDateTime", .text = column_minute },
	{ .title = "THROUGH (UTC)", .member = "finishedDateTime", .text = column_minute },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "action", .member = "actionName" },
	{ .title = "filter", .member = "rule" },
	{ .title = "asked by", .member = "initiatedBy" },
	{ .title = "asked", .member = "createdDateTime" },
	{ .title = "commands in a minute", .member = "rate" },
	{ .title = "devices looked at", .member = "devices" },
	{ .title = "commands", .member = "commands" },
	{ .title = "pending", .member = "pending" },
	{ .title = "sent", .member = "sent" },
	{ .title = "succeeded", .member = "succeeded" },
	{ .title = "failed", .member = "failed" },
	{ .title = "expired", .member = "expired" },
	{ .title = "cancelled", .member = "cancelled" },
	{ .title = "through", .member = "finishedDateTime" },
	{ .title = "taken back", .member = "isCancelled" },
};

const struct resource batch_resource = {
	.path = "/assay/v1/commandBatches",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
	.made = "id",
};
