#include "cli/refusal.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id", .is_elastic = true },
	{ .title = "NAME", .member = "deviceName", .is_elastic = true },
	{ .title = "SERIAL", .member = "serialNumber", .is_elastic = true },
	{ .title = "FAULT", .member = "fault" },
	{ .title = "LAST (UTC)", .member = "lastDateTime", .text = column_minute },
	{ .title = "TIMES", .member = "attempts" },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "name", .member = "deviceName" },
	{ .title = "serial number", .member = "serialNumber" },
	{ .title = "manufacturer", .member = "manufacturer" },
	{ .title = "model", .member = "model" },
	{ .title = "operating system", .member = "operatingSystem" },
	{ .title = "version", .member = "osVersion" },
	{ .title = "address", .member = "address" },
	{ .title = "EK hash", .member = "ekHash" },
	{ .title = "TPM manufacturer", .member = "tpmManufacturer" },
	{ .title = "TPM class", .member = "tpmClass" },
	{ .title = "trip", .member = "trip" },
	{ .title = "fault", .member = "fault" },
	{ .title = "HRESULT", .member = "hresult" },
	{ .title = "what", .member = "what" },
	{ .title = "remedy", .member = "remedy" },
	{ .title = "times", .member = "attempts" },
	{ .title = "first", .member = "firstDateTime" },
	{ .title = "last", .member = "lastDateTime" },
	{ .title = "request", .member = "requestId" },
};

const struct resource refusal_resource = {
	.path = "/assay/v1/refusals",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
	.evidence = "/assay/v1/refusals",
};
