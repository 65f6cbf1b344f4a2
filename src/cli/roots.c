#include "cli/roots.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id", .is_elastic = true },
	{ .title = "MAKER", .member = "maker" },
	{ .title = "ROLE", .member = "role" },
	{ .title = "CLASS", .member = "class" },
	{ .title = "EXPIRES (UTC)", .member = "notAfterDateTime", .text = column_minute },
	{ .title = "SUBJECT", .member = "subject", .is_elastic = true },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "subject", .member = "subject" },
	{ .title = "maker", .member = "maker" },
	{ .title = "role", .member = "role" },
	{ .title = "class", .member = "class" },
	{ .title = "source", .member = "source" },
	{ .title = "expires", .member = "notAfterDateTime" },
	{ .title = "created", .member = "createdDateTime" },
};

const struct resource roots_resource = {
	.path = "/assay/v1/roots",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
};
