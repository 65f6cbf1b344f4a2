#include "cli/conflict.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "NAME", .member = "deviceName", .is_elastic = true },
	{ .title = "SERIAL", .member = "serialNumber", .is_elastic = true },
	{ .title = "WHY", .member = "fault" },
	{ .title = "STATE", .member = "state" },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "state", .member = "state" },
	{ .title = "fault", .member = "fault" },
	{ .title = "what", .member = "what" },
	{ .title = "remedy", .member = "remedy" },
	{ .title = "name", .member = "deviceName" },
	{ .title = "serial number", .member = "serialNumber" },
	{ .title = "manufacturer", .member = "manufacturer" },
	{ .title = "model", .member = "model" },
	{ .title = "EK hash", .member = "ekHash" },
	{ .title = "address", .member = "address" },
	{ .title = "claims device", .member = "managedDeviceId" },
	{ .title = "claims registration", .member = "autopilotDeviceIdentityId" },
	{ .title = "attempts", .member = "attempts" },
	{ .title = "first", .member = "firstDateTime" },
	{ .title = "last", .member = "lastDateTime" },
	{ .title = "decided by", .member = "decidedBy" },
	{ .title = "decided", .member = "decidedDateTime" },
};

const struct resource conflict_resource = {
	.path = "/assay/v1/conflicts",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
};
