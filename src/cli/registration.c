#include "cli/registration.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/csv.h"
#include "cli/pages.h"
#include "cli/profile.h"
#include "cli/rowfile.h"

#define EXPORT_PAGE "?$top=250" /* rows of which all may be as large as they can */

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
	{ .title = "user", .member = "userPrincipalName" },
	{ .title = "product key", .member = "productKey" },
	{ .title = "hardware", .member = "hardware" },
	{ .title = "hardware hash", .member = "hardwareDigest" },
	{ .title = "profile", .member = "deploymentProfileId" },
	{ .title = "state", .member = "enrollmentState" },
	{ .title = "without a user", .member = "userlessEnrollmentStatus" },
	{ .title = "provisioning", .member = "provisioningPhase" },
	{ .title = "since", .member = "provisioningPhaseDateTime" },
	{ .title = "device", .member = "managedDeviceId" },
	{ .title = "last contacted", .member = "lastContactedDateTime" },
};

static const struct resource_member members[] = {
	{ OPTION_EK_HASH, "ekHash", RESOURCE_TEXT },     { OPTION_SERIAL, "serialNumber", RESOURCE_TEXT },
	{ OPTION_PROFILE, "profile", RESOURCE_TEXT },    { OPTION_GROUP_TAG, "groupTag", RESOURCE_TEXT },
	{ OPTION_NAME, "displayName", RESOURCE_TEXT },
	{ OPTION_USER, "assignedUserPrincipalName", RESOURCE_TEXT },
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

/* --- export --------------------------------------------------------------------------------------------- */

/* The columns of an export: what the server calls them. A Windows hardware hash itself is not kept. */
static const char *member_of(const struct rowfile_column *c)
{
	bool is_user = strcmp(c->member, "assignedUserPrincipalName") == 0;
	return is_user ? "userPrincipalName" : c->member;
}

static bool is_exported(const struct rowfile_column *c)
{
	return strcmp(c->member, "hardwareIdentifier") != 0;
}

static void write_head(void)
{
	struct bytes titles[BYTES_LIST_MAX];
	size_t n = 0;
	for (size_t i = 0; i < rowfile_columns_count; i++)
		if (is_exported(&rowfile_columns[i]))
			titles[n++] = bytes_text(rowfile_columns[i].title);
	csv_write(titles, n, stdout);
}

static void write_line(const json_t *record)
{
	struct bytes cells[BYTES_LIST_MAX];
	size_t n = 0;
	for (size_t i = 0; i < rowfile_columns_count; i++) {
		const json_t *value = json_object_get(record, member_of(&rowfile_columns[i]));
		struct bytes text = bytes_of(json_string_value(value), json_string_length(value));
		if (is_exported(&rowfile_columns[i]))
			cells[n++] = is_text_printable(text) ? text : (struct bytes){ 0 };
	}
	csv_write(cells, n, stdout);
}

/* Profiles go by name in a file: ids are this server's own. */
static void write_record(const struct session *s, json_t *record, const json_t *profiles, bool is_first)
{
	const char *id = json_string_value(json_object_get(record, "deploymentProfileId"));
	json_t *name = id ? json_object_get(json_object_get(profiles, id), "displayName") : NULL;
	if (name)
		json_object_set(record, "profile", name);
	if (!is_session_json(s)) {
		write_line(record);
		return;
	}
	fputs(is_first ? "\n" : ",\n", stdout);
	json_dumpf(record, stdout, JSON_COMPACT | (s->screen.is_terminal ? JSON_ENSURE_ASCII : 0));
}

fault registration_export(struct session *s)
{
	json_auto_t *profiles = json_object(), *rows = json_array();
	bool is_array = is_session_json(s), is_first = true;
	size_t i;
	json_t *record;
	struct pages pages;
	TRY(pages_list(s, profile_resource.path, profiles));
	pages_init(&pages, registration_resource.path);
	snprintf(pages.path, sizeof(pages.path), "%s" EXPORT_PAGE, registration_resource.path);
	if (is_array)
		putchar('[');
	else
		write_head();
	while (pages.path[0]) {
		TRY(pages_get(s, &pages, rows));
		json_array_foreach(rows, i, record) {
			write_record(s, record, profiles, is_first);
			is_first = false;
		}
		json_array_clear(rows);
	}
	if (is_array)
		puts("\n]");
	return NULL;
}

fault registration_allow(struct session *s)
{
	json_auto_t *nothing = NULL;
	return resource_act_on(s, &(struct resource_act){ .verb = "allowNextEnrollment" }, &nothing);
}
