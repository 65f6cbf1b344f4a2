#include "cli/inspect_report.h"

#include <string.h>

#include "attest/leniency.h"

#define NAME_WIDTH 24 /* of facts and checks */

static json_t *words(const char *text)
{
	return text ? json_string(text) : json_null();
}

json_t *inspect_report_build(const struct inspect_finding *f, fault why, enum inspect_outcome *ret)
{
	fault reason = NULL;
	json_t *report = json_object();
	*ret = inspect_finding_outcome(f, why, &reason);
	json_object_set_new(report, "outcome", json_string(inspect_finding_word(*ret)));
	json_object_set_new(report, "fault", words(reason ? reason->name : NULL));
	json_object_set_new(report, "what", words(reason ? reason->what : NULL));
	json_object_set_new(report, "remedy", words(reason ? reason->remedy : NULL));
	json_object_set_new(report, "checks", inspect_finding_checks(f));
	json_object_update(report, f->facts);
	return report;
}

/* --- text ----------------------------------------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));
	return text ? text : "";
}

static void write_painted(const char *word, const struct screen *screen, FILE *out)
{
	const char *paint = screen_paint(screen, bytes_text(word));
	fprintf(out, "%s%s%s", paint, word, paint[0] ? screen_plain(screen) : "");
}

static void write_head(const json_t *report, const struct screen *screen, FILE *out)
{
	fprintf(out, "%s%s%s: ", screen_strong(screen), text_of(report, "file"), screen_plain(screen));
	write_painted(text_of(report, "outcome"), screen, out);
	if (text_of(report, "fault")[0])
		fprintf(out, ": %s\n  %s\n  %s", text_of(report, "fault"), text_of(report, "what"),
			text_of(report, "remedy"));
	putc('\n', out);
}

/* True for the members that have a form of their own. */
static bool is_frame(const char *member)
{
	static const char *const members[] = { "kind", "file",	 "outcome", "fault",
					       "what", "remedy", "checks",  "leniencies" };
	for (size_t i = 0; i < COUNT_OF(members); i++)
		if (strcmp(members[i], member) == 0)
			return true;
	return false;
}

static void write_value(const json_t *value, FILE *out)
{
	size_t i;
	const json_t *item;
	if (json_is_string(value))
		fputs(json_string_value(value), out);
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? "yes" : "no", out);
	else if (json_is_integer(value))
		fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_object(value))
		json_dumpf(value, out, JSON_COMPACT);
	else
		json_array_foreach(value, i, item) {
			fputs(i ? "; " : "", out);
			if (json_is_string(item))
				fputs(json_string_value(item), out);
			else
				json_dumpf(item, out, JSON_COMPACT);
		}
}

static void write_facts(const json_t *report, FILE *out)
{
	const char *name;
	const json_t *value;
	json_object_foreach((json_t *)report, name, value) {
		bool is_empty = json_is_null(value) || (json_is_array(value) && !json_array_size(value)) ||
				(json_is_string(value) && !json_string_length(value));
		if (is_frame(name) || is_empty)
			continue;
		fprintf(out, "  %-*s  ", NAME_WIDTH, name);
		write_value(value, out);
		putc('\n', out);
	}
}

static void write_leniencies(const json_t *report, FILE *out)
{
	size_t i;
	const json_t *name;
	json_array_foreach(json_object_get(report, "leniencies"), i, name) {
		const char *word = json_string_value(name);
		const struct leniency *l = leniency_find(bytes_text(word));
		if (l)
			fprintf(out, "  let pass  %-*s  %s (%s)\n", NAME_WIDTH - 8, word, l->sentence,
				l->clause);
	}
}

/* True unless the report says that the row is not needed. */
static bool is_needed(const json_t *check)
{
	return !json_is_false(json_object_get(check, "required"));
}

static bool is_outcome(const json_t *check, const char *word)
{
	return strcmp(text_of(check, "outcome"), word) == 0;
}

static void write_failed(const json_t *check, const struct screen *screen, FILE *out)
{
	fputs("  ", out);
	write_painted(is_needed(check) ? "failed" : "unneeded", screen, out);
	fprintf(out, "  %-*s  %s\n", NAME_WIDTH - 8, text_of(check, "check"), text_of(check, "detail"));
}

/* Those that failed each have a line; of those needed how many passed, and which nobody judged. */
static void write_checks(const json_t *report, const struct screen *screen, FILE *out)
{
	size_t i, needed = 0, passed = 0, left = 0;
	const json_t *checks = json_object_get(report, "checks"), *c;
	json_array_foreach(checks, i, c) {
		needed += is_needed(c);
		passed += is_needed(c) && is_outcome(c, "passed");
		left += is_needed(c) && is_outcome(c, "not run");
		if (is_outcome(c, "failed"))
			write_failed(c, screen, out);
	}
	if (i)
		fprintf(out, "  %zu of %zu %schecks passed", passed, needed, needed < i ? "needed " : "");
	if (left)
		fputs("; not run:", out);
	json_array_foreach(checks, i, c)
		if (is_needed(c) && is_outcome(c, "not run"))
			fprintf(out, " %s", text_of(c, "check"));
	if (i)
		putc('\n', out);
}

void inspect_report_write(const json_t *report, const struct screen *screen, FILE *out)
{
	write_head(report, screen, out);
	write_facts(report, out);
	write_leniencies(report, out);
	write_checks(report, screen, out);
}
