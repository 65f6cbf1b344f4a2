#include "cli/issuer.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id", .is_elastic = true },
	{ .title = "STATE", .member = "state" },
	{ .title = "DEVICES", .member = "devices" },
	{ .title = "ISSUER", .member = "subject", .is_elastic = true },
	{ .title = "SIGNED BY", .member = "signedBy", .is_elastic = true },
	{ .title = "FAULT", .member = "fault" },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "issuer", .member = "subject" },
	{ .title = "key id", .member = "keyId" },
	{ .title = "state", .member = "state" },
	{ .title = "devices", .member = "devices" },
	{ .title = "sample EK hash", .member = "sampleEkHash" },
	{ .title = "address", .member = "url" },
	{ .title = "attempts", .member = "attempts" },
	{ .title = "fault", .member = "fault" },
	{ .title = "detail", .member = "detail" },
	{ .title = "fingerprint", .member = "fingerprint" },
	{ .title = "signed by", .member = "signedBy" },
	{ .title = "expires", .member = "notAfterDateTime" },
	{ .title = "first seen", .member = "firstSeenDateTime" },
	{ .title = "last seen", .member = "lastSeenDateTime" },
};

const struct resource issuer_resource = {
	.path = "/assay/v1/issuers",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
};
