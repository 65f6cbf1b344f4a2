#include "inspection.h"

#include <string.h>

#include "cli/inspect_report.h"

json_t *inspection_report(const struct inspect_kind_input *in, const char *kind, struct bytes file)
{
	struct inspect_finding f;
	struct inspect_kind_input given = *in;
	enum inspect_outcome outcome;
	given.file = file;
	arena_reset(in->arena);
	inspect_finding_init(&f);
	fault why = inspect_kind_find(kind)->judge(&given, &f);
	json_t *report = inspect_report_build(&f, why, &outcome);
	inspect_finding_done(&f);
	return report;
}

bool has_inspection_text(const json_t *object, const char *member, const char *text)
{
	const char *found = json_string_value(json_object_get(object, member));
	return found ? text && strcmp(found, text) == 0 : !text;
}
