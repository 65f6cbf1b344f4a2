#include "cli/idp.h"

#define SECRET "clientSecret"

static const struct column columns[] = {
	{ .title = "NAME", .member = "displayName", .is_elastic = true },
	{ .title = "ISSUER", .member = "issuer", .is_elastic = true },
	{ .title = "PROFILE", .member = "profile", .is_elastic = true },
	{ .title = "KEYS", .member = "keys" },
	{ .title = "FETCHED (UTC)", .member = "fetchedDateTime", .text = column_minute },
	{ .title = "FAULT", .member = "fault" },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "name", .member = "displayName" },
	{ .title = "issuer", .member = "issuer" },
	{ .title = "client", .member = "clientId" },
	{ .title = "audience", .member = "audience" },
	{ .title = "profile", .member = "profile" },
	{ .title = "algorithms", .member = "algorithms" },
	{ .title = "name-claim", .member = "nameClaim" },
	{ .title = "groups-claim", .member = "groupsClaim" },
	{ .title = "amr", .member = "amr" },
	{ .title = "acr", .member = "acr" },
	{ .title = "scope", .member = "scope" },
	{ .title = "admin-client", .member = "adminClientId" },
	{ .title = "client-secret set", .member = "clientSecretDateTime" },
	{ .title = "reader-group", .member = "readerGroup" },
	{ .title = "helpdesk-group", .member = "helpdeskGroup" },
	{ .title = "operator-group", .member = "operatorGroup" },
	{ .title = "security-group", .member = "securityGroup" },
	{ .title = "owner-group", .member = "ownerGroup" },
	{ .title = "keys", .member = "keys" },
	{ .title = "keys address", .member = "keysUrl" },
	{ .title = "sign-in address", .member = "deviceAuthorizationUrl" },
	{ .title = "fetched", .member = "fetchedDateTime" },
	{ .title = "next fetch", .member = "nextFetchDateTime" },
	{ .title = "failed attempts", .member = "failedAttempts" },
	{ .title = "fault", .member = "fault" },
	{ .title = "detail", .member = "detail" },
	{ .title = "remedy", .member = "remedy" },
	{ .title = "created", .member = "createdDateTime" },
};

static const struct resource_member members[] = {
	{ OPTION_COUNT, "displayName", RESOURCE_TEXT },
	{ OPTION_PROFILE, "profile", RESOURCE_TEXT },
};

static const struct resource_pair pairs[] = {
	{ "issuer", "issuer" },
	{ "client", "clientId" },
	{ "audience", "audience" },
	{ "algorithms", "algorithms" },
	{ "name-claim", "nameClaim" },
	{ "groups-claim", "groupsClaim" },
	{ "amr", "amr" },
	{ "acr", "acr" },
	{ "scope", "scope" },
	{ "admin-client", "adminClientId" },
	{ "client-secret", SECRET },
	{ "reader-group", "readerGroup" },
	{ "helpdesk-group", "helpdeskGroup" },
	{ "operator-group", "operatorGroup" },
	{ "security-group", "securityGroup" },
	{ "owner-group", "ownerGroup" },
	{ "name", "displayName" },
};

const struct resource idp_resource = {
	.path = "/assay/v1/identityProviders",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
	.members = members,
	.members_count = COUNT_OF(members),
	.pairs = pairs,
	.pairs_count = COUNT_OF(pairs),
	.secret = SECRET,
	.made = "id",
};
