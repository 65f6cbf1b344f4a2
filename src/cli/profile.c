#include "cli/profile.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "NAME", .member = "displayName", .is_elastic = true },
	{ .title = "ATTESTATION", .member = "attestation" },
	{ .title = "VIRTUAL", .member = "virtual" },
	{ .title = "CREATED (UTC)", .member = "createdDateTime", .text = column_minute },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "name", .member = "displayName" },
	{ .title = "attestation", .member = "attestation" },
	{ .title = "virtual TPMs", .member = "virtual" },
	{ .title = "their profile", .member = "virtualProfileId" },
	{ .title = "unknown TPMs", .member = "unknown" },
	{ .title = "created", .member = "createdDateTime" },
};

static const struct resource_member members[] = {
	{ OPTION_COUNT, "displayName", RESOURCE_TEXT },
	{ OPTION_ATTESTATION, "attestation", RESOURCE_TEXT },
	{ OPTION_VIRTUAL, "virtual", RESOURCE_TEXT },
	{ OPTION_UNKNOWN, "unknown", RESOURCE_TEXT },
};

const struct resource profile_resource = {
	.path = "/assay/v1/profiles",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
	.members = members,
	.members_count = COUNT_OF(members),
	.made = "id",
};
