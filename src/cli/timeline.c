#include "cli/timeline.h"

#include <stdio.h>
#include <string.h>

#include "cli/listing.h"
#include "cli/pages.h"
#include "cli/paragraph.h"
#include "cli/record.h"

#define TIME_WIDTH 16
#define EVENT_WIDTH 10
#define INDENT (TIME_WIDTH + 2 + EVENT_WIDTH + 2)

static const struct column fields[] = {
	{ .title = "time", .member = "dateTime" },   { .title = "event", .member = "event" },
	{ .title = "summary", .member = "summary" }, { .title = "fault", .member = "fault" },
	{ .title = "actor", .member = "actor" },     { .title = "evidence", .member = "evidence" },
};

const struct resource timeline_resource = {
	.path = "/assay/v1/devices",
	.columns = fields,
	.columns_count = 3,
	.fields = fields,
	.fields_count = COUNT_OF(fields),
};

static void write_line(struct session *s, const char *name, const char *text)
{
	const char *line = name[0] ? arena_format(&s->arena, "%s: %s", name, text) : text;
	if (!text[0] || !line)
		return;
	printf("%*s", INDENT, "");
	paragraph_write(bytes_text(line), INDENT, &s->screen, stdout);
}

/* Those checks that ended so, on one line. */
static void write_outcome(struct session *s, const json_t *event, const char *outcome)
{
	size_t i;
	const json_t *check;
	const char *names = "";
	json_array_foreach(json_object_get(event, "checks"), i, check) {
		if (strcmp(record_text(check, "outcome"), outcome) == 0 && names)
			names = arena_format(&s->arena, "%s%s%s", names, names[0] ? ", " : "",
					     record_text(check, "check"));
	}
	if (names && names[0])
		write_line(s, outcome, names);
}

/* What kept the verdict from being trusted. */
static void write_checks(struct session *s, const json_t *event)
{
	static const char *const outcomes[] = { "failed", "not applicable", "not run" };
	for (size_t i = 0; i < COUNT_OF(outcomes); i++)
		write_outcome(s, event, outcomes[i]);
}

static void write_attempts(const json_t *event)
{
	json_int_t n = json_integer_value(json_object_get(event, "attempts"));
	if (n > 1)
		printf("%*s%lld attempts, of which this was the last\n", INDENT, "", (long long)n);
}

/* What would become of it if it came again. */
static void write_hindsight(struct session *s, const json_t *event)
{
	size_t i;
	const json_t *change;
	const char *now = record_text(event, "now");
	if (strcmp(now, "admitted") == 0)
		write_line(s, "", "Nothing stands in its way any more: it would be admitted now.");
	if (strcmp(now, "challenged") == 0)
		write_line(s, "", "Nothing stands in its way so far: it would be asked for its proof now.");
	json_array_foreach(json_object_get(event, "wouldPassIf"), i, change)
		write_line(s, "would pass if", record_text(change, "text"));
}

static void write_event(struct session *s, const json_t *event)
{
	static const struct column time = { .member = "dateTime" };
	arena_reset(&s->arena);
	struct bytes minute = column_minute(event, &time, &s->arena);
	struct bytes word = bytes_text(record_text(event, "event"));
	const char *paint = screen_paint(&s->screen, word);
	printf("%-*.*s  %s%-*.*s%s  ", TIME_WIDTH, (int)minute.n, (const char *)minute.p, paint, EVENT_WIDTH,
	       (int)word.n, (const char *)word.p, paint[0] ? screen_plain(&s->screen) : "");
	paragraph_write(bytes_text(record_text(event, "summary")), INDENT, &s->screen, stdout);
	write_line(s, "", record_text(event, "what"));
	write_line(s, "", record_text(event, "detail"));
	write_checks(s, event);
	write_attempts(event);
	write_hindsight(s, event);
	if (record_text(event, "evidence")[0]) /* as wide as a narrow terminal is */
		printf("%14s %s\n", "evidence", record_text(event, "evidence"));
	write_line(s, "would block", record_text(event, "wouldBlock"));
}

static fault write_text(struct session *s, const char *path)
{
	struct pages pages;
	size_t i;
	const json_t *event;
	pages_init(&pages, path);
	while (pages.path[0]) {
		json_auto_t *page = json_array();
		TRY(pages_get(s, &pages, page));
		json_array_foreach(page, i, event) write_event(s, event);
	}
	return NULL;
}

fault timeline_write(struct session *s)
{
	struct resource of = timeline_resource;
	char path[PAGES_LINK_MAX];
	const char *device;
	TRY(session_path(s, of.path, s->line->arguments[0], &device));
	snprintf(path, sizeof(path), "%s/timeline", device);
	if (strcmp(session_format(s), "text") == 0)
		return write_text(s, path);
	of.path = path;
	return listing_write(s, &of, NULL, NULL);
}
