#include "cli/outbreak.h"

#include <stdio.h>

#include "cli/column.h"
#include "cli/pages.h"
#include "cli/paragraph.h"
#include "cli/record.h"

#define INDENT 10

fault outbreak_list(struct session *s, json_t *ret)
{
	struct pages pages;
	pages_init(&pages, "/assay/v1/outbreaks");
	while (pages.path[0])
		TRY(pages_get(s, &pages, ret));
	return NULL;
}

bool is_outbreak_open(const json_t *outbreak)
{
	return !record_text(outbreak, "endedDateTime")[0];
}

static long long number(const json_t *outbreak, const char *member)
{
	return (long long)json_integer_value(json_object_get(outbreak, member));
}

static void write_issuer(struct session *s, const json_t *outbreak)
{
	const char *issuer = record_text(outbreak, "issuer"), *text;
	long long all = number(outbreak, "devices"), of_it = number(outbreak, "issuerDevices");
	text = of_it == all ? arena_format(&s->arena, "%s (all of them)", issuer)
			    : arena_format(&s->arena, "%s (%lld of them)", issuer, of_it);
	if (issuer[0] && text)
		paragraph_write_item("issuer", text, INDENT, &s->screen, stdout);
}

static void write_head(struct session *s, const char *text, const char *strong, const char *plain)
{
	fputs(strong, stdout);
	paragraph_write(bytes_text(text ? text : ""), 2, &s->screen, stdout);
	fputs(plain, stdout);
}

/* A minute of a moment of the record. */
static const char *minute(struct session *s, const json_t *outbreak, const char *member)
{
	const struct column c = { .member = member };
	const char *text = arena_text(&s->arena, column_minute(outbreak, &c, &s->arena));
	return text ? text : "";
}

void outbreak_write(struct session *s, const json_t *outbreak)
{
	const char *suspect = record_text(outbreak, "suspect"), *origin = record_text(outbreak, "origin");
	const char *why = record_text(outbreak, "fault"), *first = minute(s, outbreak, "firstDateTime");
	long long devices = number(outbreak, "devices");
	if (!is_outbreak_open(outbreak)) {
		write_head(s,
			   arena_format(&s->arena,
					"Over: %s to %s UTC, %s, %lld devices of %s; suspected: %s.", first,
					minute(s, outbreak, "endedDateTime"), why, devices, origin, suspect),
			   "", "");
		return;
	}
	write_head(s,
		   arena_format(&s->arena,
				"SUSPECTED: %s. %lld devices of %s have failed alike since %s UTC.", suspect,
				devices, origin, first),
		   screen_strong(&s->screen), screen_plain(&s->screen));
	paragraph_write_item("fault", why, INDENT, &s->screen, stdout);
	paragraph_write_item("why", record_text(outbreak, "what"), INDENT, &s->screen, stdout);
	write_issuer(s, outbreak);
	paragraph_write_item("do", record_text(outbreak, "remedy"), INDENT, &s->screen, stdout);
}
