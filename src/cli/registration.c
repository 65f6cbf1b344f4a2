#include "cli/registration.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "NAME", .member = "displayName", .is_elastic = true },
	{ .title = "SERIAL", .member = "serialNumber", .is_elastic = true },
	{ .title = "EK", .member = "ekHash", .is_elastic = true },
	{ .title = "STATE", .member = "enrollmentState", .is_painted = true },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "name", .member = "displayName" },
	{ .title = "serial number", .member = "serialNumber" },
	{ .title = "EK hash", .member = "ekHash" },
	{ .title = "group tag", .member = "groupTag" },
	{ .title = "profile", .member = "deploymentProfileId" },
	{ .title = "state", .member = "enrollmentState" },
	{ .title = "device", .member = "managedDeviceId" },
	{ .title = "last contacted", .member = "lastContactedDateTime" },
};

static const struct resource_member members[] = {
	{ OPTION_EK_HASH, "ekHash", RESOURCE_TEXT },     { OPTION_SERIAL, "serialNumber", RESOURCE_TEXT },
	{ OPTION_PROFILE, "profile", RESOURCE_TEXT },    { OPTION_GROUP_TAG, "groupTag", RESOURCE_TEXT },
	{ OPTION_NAME, "displayName", RESOURCE_TEXT },
};

const struct resource registration_resource = {
	.path = "/graph/beta/deviceManagement/windowsAutopilotDeviceIdentities",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
	.members = members,
	.members_count = COUNT_OF(members),
	.made = "id",
};
