#include "cli/apitoken.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "NAME", .member = "displayName", .is_elastic = true },
	{ .title = "ROLE", .member = "role" },
	{ .title = "SCOPE", .member = "scope", .is_elastic = true },
	{ .title = "OF", .member = "account" },
	{ .title = "EXPIRES (UTC)", .member = "expirationDateTime", .text = column_minute },
};

static const struct resource_member members[] = {
	{ OPTION_COUNT, "displayName", RESOURCE_TEXT },
	{ OPTION_LIFETIME, "lifetimeS", RESOURCE_NUMBER },
};

static const struct resource_pair pairs[] = { { "role", "role" }, { "scope", "scope" } };

const struct resource apitoken_resource = {
	.path = "/assay/v1/apiTokens",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = columns,
	.fields_count = COUNT_OF(columns),
	.members = members,
	.members_count = COUNT_OF(members),
	.pairs = pairs,
	.pairs_count = COUNT_OF(pairs),
	.made = "token",
};
