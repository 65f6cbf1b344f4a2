#include "cli/crl.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id", .is_elastic = true },
	{ .title = "STATE", .member = "state" },
	{ .title = "ENTRIES", .member = "entries" },
	{ .title = "MADE (UTC)", .member = "thisUpdateDateTime", .text = column_minute },
	{ .title = "ENDS (UTC)", .member = "nextUpdateDateTime", .text = column_minute },
	{ .title = "ISSUER", .member = "issuer", .is_elastic = true },
	{ .title = "FAULT", .member = "fault" },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "issuer", .member = "issuer" },
	{ .title = "address", .member = "url" },
	{ .title = "state", .member = "state" },
	{ .title = "entries", .member = "entries" },
	{ .title = "made", .member = "thisUpdateDateTime" },
	{ .title = "ends", .member = "nextUpdateDateTime" },
	{ .title = "fetched", .member = "fetchedDateTime" },
	{ .title = "next fetch", .member = "nextFetchDateTime" },
	{ .title = "failed attempts", .member = "failedAttempts" },
	{ .title = "fault", .member = "fault" },
	{ .title = "detail", .member = "detail" },
	{ .title = "remedy", .member = "remedy" },
	{ .title = "sha256", .member = "digest" },
	{ .title = "first named", .member = "createdDateTime" },
};

const struct resource crl_resource = {
	.path = "/assay/v1/crls",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
};
