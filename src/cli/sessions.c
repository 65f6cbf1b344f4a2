#include "cli/sessions.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "ACCOUNT", .member = "account", .is_elastic = true },
	{ .title = "FROM", .member = "address" },
	{ .title = "BEGAN (UTC)", .member = "createdDateTime", .text = column_minute },
	{ .title = "USED (UTC)", .member = "usedDateTime", .text = column_minute },
	{ .title = "ENDS (UTC)", .member = "expirationDateTime", .text = column_minute },
};

const struct resource sessions_resource = {
	.path = "/assay/v1/sessions",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = columns,
	.fields_count = COUNT_OF(columns),
};
