#include "cli/report.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/listing.h"
#include "cli/outbreak.h"
#include "cli/pages.h"
#include "cli/record.h"

/* The fault's own sentence where the server has one, else the status detail. */
static struct bytes reason(const json_t *record, const struct column *c, struct arena *a)
{
	static const struct column detail = { .member = "AttestationStatusDetail" };
	struct bytes what = column_text(record, c, a);
	return what.n ? what : column_text(record, &detail, a);
}

static const struct column columns[] = {
	{ .title = "NAME", .member = "DeviceName", .is_elastic = true },
	{ .title = "OUTCOME", .member = "Outcome", .is_painted = true },
	{ .title = "STATE", .member = "State", .is_painted = true },
	{ .title = "ASSURANCE", .member = "Assurance", .text = column_standing },
	{ .title = "REASON", .member = "What", .text = reason, .is_elastic = true },
};

/* Intune's columns by their own names, then ours. */
static const struct column fields[] = {
	{ .member = "DeviceName" },
	{ .member = "DeviceId" },
	{ .member = "UPN" },
	{ .member = "AttestationStatus" },
	{ .member = "AttestationStatusDetail" },
	{ .member = "RetryAdvised" },
	{ .member = "OS" },
	{ .member = "OSVersion" },
	{ .member = "Ownership" },
	{ .member = "LastCheckin" },
	{ .member = "EnrollmentDate" },
	{ .member = "TpmVersion" },
	{ .member = "TpmManufacturer" },
	{ .member = "Model" },
	{ .member = "SerialNumber" },
	{ .member = "Outcome" },
	{ .member = "State" },
	{ .member = "Assurance", .text = column_policies },
	{ .member = "TpmClass" },
	{ .member = "Warnings" },
	{ .member = "Fault" },
	{ .member = "Detail" },
	{ .member = "Hresult" },
	{ .member = "What" },
	{ .member = "Remedy" },
	{ .member = "EkHash" },
	{ .member = "RequestId" },
	{ .member = "RefusalId" },
	{ .member = "Attempts" },
	{ .member = "Leniencies" },
};

const struct resource report_resource = {
	.path = "/graph/beta/deviceManagement/reports/tpmAttestationStatus",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
};

static const struct column reports_columns[] = {
	{ .title = "NAME", .member = "id" },
	{ .title = "TITLE", .member = "displayName", .is_elastic = true },
	{ .title = "WHAT IT SAYS", .member = "description", .is_elastic = true },
};

static const struct column reports_fields[] = {
	{ .member = "id" },
	{ .member = "displayName" },
	{ .member = "description" },
	{ .member = "orderBy" },
	{ .member = "window" },
	{ .member = "windowDays" },
};

const struct resource reports_resource = {
	.path = "/graph/beta/deviceManagement/reports",
	.columns = reports_columns,
	.columns_count = COUNT_OF(reports_columns),
	.fields = reports_fields,
	.fields_count = COUNT_OF(reports_fields),
};

struct totals {
	size_t devices, enrolled, attested, refused;
};

static bool has_word(const json_t *record, const char *member, const char *word)
{
	const char *value = json_string_value(json_object_get(record, member));
	return value && strcmp(value, word) == 0;
}

static void count(const json_t *record, void *of)
{
	struct totals *t = of;
	t->devices++;
	t->enrolled += has_word(record, "Outcome", "enrolled");
	t->attested += has_word(record, "State", "attested");
	t->refused += has_word(record, "Outcome", "refused");
}

/* Before all else; a server that has no such list keeps nobody from the report. */
static void write_outbreaks(struct session *s)
{
	size_t i;
	const json_t *outbreak;
	json_auto_t *outbreaks = json_array();
	if (outbreak_list(s, outbreaks))
		return;
	json_array_foreach(outbreaks, i, outbreak)
		if (is_outbreak_open(outbreak)) {
			outbreak_write(s, outbreak);
			putchar('\n');
		}
}

fault report_list(struct session *s)
{
	struct totals t = { 0 };
	if (strcmp(session_format(s), "text") == 0)
		write_outbreaks(s);
	TRY(listing_write(s, s->line->command->of, count, &t));
	if (strcmp(session_format(s), "text") == 0)
		printf("\n%zu %s: %zu enrolled (%zu attested, %zu not), %zu refused\n", t.devices,
		       t.devices == 1 ? "device" : "devices", t.enrolled, t.attested, t.enrolled - t.attested,
		       t.refused);
	return NULL;
}

/* --- any of the server's -------------------------------------------------------------------------------- */

#define COLUMNS_MAX 48
#define SHOWN_MAX 8 /* on a screen */
#define PATH_SIZE 256

/* A report as a collection; its texts are the description's, which outlives it. */
struct shown {
	struct resource of;
	struct column fields[COLUMNS_MAX], columns[SHOWN_MAX];
	char path[PATH_SIZE];
};

static fault find_report(struct session *s, const char *name, json_t **ret)
{
	size_t i;
	json_t *row;
	struct pages pages;
	json_auto_t *rows = json_array();
	pages_init(&pages, reports_resource.path);
	while (pages.path[0])
		TRY(pages_get(s, &pages, rows));
	json_array_foreach(rows, i, row)
		if (strcasecmp(record_text(row, "id"), name) == 0) {
			*ret = json_incref(row);
			return NULL;
		}
	return complaint_put(&s->complaint, FAIL(NOT_FOUND), "%s: `assay report list` has the names.", name);
}

static void put_column(struct shown *to, const json_t *described)
{
	const char *name = record_text(described, "name"), *type = record_text(described, "type");
	bool is_shown = json_is_true(json_object_get(described, "isDefault"));
	const struct column c = { .title = name, .member = name, .is_elastic = strcmp(type, "text") == 0 };
	if (to->of.fields_count < COLUMNS_MAX)
		to->fields[to->of.fields_count++] = c;
	if (is_shown && to->of.columns_count < SHOWN_MAX)
		to->columns[to->of.columns_count++] = c;
}

fault report_write(struct session *s)
{
	size_t i;
	const json_t *described;
	json_t *found = NULL;
	struct shown shown = { .of.path = shown.path };
	shown.of.columns = shown.columns;
	shown.of.fields = shown.fields;
	TRY(find_report(s, s->line->arguments[0], &found));
	json_auto_t *report = found;
	json_array_foreach(json_object_get(report, "columns"), i, described)
		put_column(&shown, described);
	snprintf(shown.path, sizeof(shown.path), "%s/%s", reports_resource.path, record_text(report, "id"));
	return resource_write_asked(s, &shown.of);
}
