#include "cli/token.h"

#include <jansson.h>

/* How often it was used, of how often it may be. */
static struct bytes uses(const json_t *record, const struct column *c, struct arena *a)
{
	const json_t *used = json_object_get(record, c->member), *most = json_object_get(record, "usesMax");
	return bytes_text(arena_format(a, "%" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT,
				       json_integer_value(used), json_integer_value(most)));
}

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "USED", .member = "uses", .text = uses },
	{ .title = "EXPIRES (UTC)", .member = "expirationDateTime", .text = column_minute },
	{ .title = "PROFILE", .member = "profileId", .is_elastic = true },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "profile", .member = "profileId" },
	{ .title = "user", .member = "userPrincipalName" },
	{ .title = "uses", .member = "uses" },
	{ .title = "most uses", .member = "usesMax" },
	{ .title = "created", .member = "createdDateTime" },
	{ .title = "expires", .member = "expirationDateTime" },
};

static const struct resource_member members[] = {
	{ OPTION_PROFILE, "profile", RESOURCE_TEXT },
	{ OPTION_USES, "uses", RESOURCE_NUMBER },
	{ OPTION_LIFETIME, "lifetimeS", RESOURCE_NUMBER },
	{ OPTION_USER, "userPrincipalName", RESOURCE_TEXT },
};

const struct resource token_resource = {
	.path = "/assay/v1/enrollmentTokens",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
	.members = members,
	.members_count = COUNT_OF(members),
	.made = "token",
};
