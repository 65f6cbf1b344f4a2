#include "cli/profile.h"

#include "base/text.h"

static const struct column columns[] = {
	{ .title = "ID", .member = "id" },
	{ .title = "NAME", .member = "displayName", .is_elastic = true },
	{ .title = "ATTESTATION", .member = "attestation" },
	{ .title = "USAGE", .member = "usage" },
	{ .title = "CREATED (UTC)", .member = "createdDateTime", .text = column_minute },
};

static const struct column fields[] = {
	{ .title = "id", .member = "id" },
	{ .title = "name", .member = "displayName" },
	{ .title = "usage", .member = "usage" },
	{ .title = "attestation", .member = "attestation" },
	{ .title = "if it fails", .member = "failure" },
	{ .title = "seconds to retry", .member = "timeoutS" },
	{ .title = "name template", .member = "deviceNameTemplate" },
	{ .title = "enrols once", .member = "oneTime" },
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
	{ OPTION_USAGE, "usage", RESOURCE_TEXT },
	{ OPTION_FAILURE, "failure", RESOURCE_TEXT },
	{ OPTION_TIMEOUT, "timeoutS", RESOURCE_NUMBER },
	{ OPTION_NAME_TEMPLATE, "deviceNameTemplate", RESOURCE_TEXT },
	{ OPTION_ONE_TIME, "oneTime", RESOURCE_TEXT },
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

static const struct column assignment_columns[] = {
	{ .title = "GROUP TAG", .member = "groupTag", .is_elastic = true },
	{ .title = "PROFILE", .member = "profileId" },
	{ .title = "SINCE (UTC)", .member = "createdDateTime", .text = column_minute },
};

const struct resource profile_assignment_resource = {
	.path = "/assay/v1/profileAssignments",
	.columns = assignment_columns,
	.columns_count = COUNT_OF(assignment_columns),
	.fields = assignment_columns,
	.fields_count = COUNT_OF(assignment_columns),
};

fault profile_assign(struct session *s)
{
	const char *tag = s->line->values[OPTION_GROUP_TAG];
	if (tag && s->line->values[OPTION_DEFAULT])
		return complaint_put(&s->complaint, FAIL(USAGE), "%s",
				     "--group-tag and --default exclude each other.");
	json_auto_t *body = json_object(), *profile = NULL;
	if (tag && (!tag[0] || !is_text_printable(bytes_text(tag))))
		return complaint_put(&s->complaint, FAIL(USAGE), "%s", "--group-tag: this is no group tag.");
	if (tag)
		json_object_set_new(body, "groupTag", json_string(tag));
	const struct resource_act act = { s->line->command->verb, body };
	return resource_act_on(s, &act, &profile);
}
