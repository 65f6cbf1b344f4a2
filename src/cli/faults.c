#include "cli/faults.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cli/column.h"
#include "cli/outbreak.h"
#include "cli/paragraph.h"
#include "cli/record.h"
#include "cli/request.h"

#define INDENT 10
#define CAUSE_WIDTH 22
#define YEAR_SIZE 5 /* of a minute, with the hyphen */
#define PATH_SIZE 128
#define AGE_MAX 100000

/* --- since when ----------------------------------------------------------------------------------------- */

/* Such as 30m, 24h, 7d: so long ago. */
static bool read_age(struct bytes text, int64_t *ret)
{
	static const struct {
		uint8_t unit;
		int64_t seconds;
	} units[] = { { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	uint64_t n = 0;
	if (text.n < 2 || !text_uint_parse(bytes_slice(text, 0, text.n - 1), AGE_MAX, &n) || n == 0)
		return false;
	for (size_t i = 0; i < COUNT_OF(units); i++)
		if (text.p[text.n - 1] == units[i].unit)
			*ret = (int64_t)time(NULL) - (int64_t)n * units[i].seconds;
	return *ret > 0;
}

static bool read_date(struct session *s, const char *date, int64_t *ret)
{
	const char *whole = strchr(date, 'T') ? date : arena_format(&s->arena, "%sT00:00:00Z", date);
	return whole && text_time_parse(bytes_text(whole), ret);
}

static fault build_path(struct session *s, char out[static PATH_SIZE])
{
	char moment[TEXT_TIME_SIZE];
	int64_t since = 0;
	const char *by = s->line->values[OPTION_BY], *when = s->line->values[OPTION_SINCE];
	bool is_read = !when || read_age(bytes_text(when), &since) || read_date(s, when, &since);
	if (!is_read)
		return complaint_put(&s->complaint, FAIL(USAGE),
				     "--since %s: write 30m, 24h, 7d, or a date such as 2026-01-31.", when);
	snprintf(out, PATH_SIZE, "/assay/v1/faults/%s%s%s", by ? by : "cause", when ? "?since=" : "",
		 when ? text_time(since, moment) : "");
	return NULL;
}

/* --- what failed ---------------------------------------------------------------------------------------- */

static json_int_t number(const json_t *record, const char *member)
{
	return json_integer_value(json_object_get(record, member));
}

/* One column a slot, as high as its share of the largest. */
static void write_bar(const json_t *slots)
{
	static const char *const levels[] = { "·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	size_t i;
	const json_t *slot;
	json_int_t most = 1, top = COUNT_OF(levels) - 1;
	json_array_foreach(slots, i, slot)
		most = json_integer_value(slot) > most ? json_integer_value(slot) : most;
	json_array_foreach(slots, i, slot)
		fputs(levels[(json_integer_value(slot) * top + most - 1) / most], stdout);
}

static const char *minute(struct session *s, const json_t *record, const char *member)
{
	const struct column c = { .member = member };
	const char *text = arena_text(&s->arena, column_minute(record, &c, &s->arena));
	return text ? text : "";
}

static void write_group(struct session *s, const json_t *group)
{
	arena_reset(&s->arena);
	const char *last = minute(s, group, "lastDateTime"), *name = record_text(group, "name");
	if (name[0] || s->line->values[OPTION_BY])
		printf("%s%s%s\n", screen_strong(&s->screen), name[0] ? name : "(none said)",
		       screen_plain(&s->screen));
	printf("%-*s %7lld %6lld  %-11s  ", CAUSE_WIDTH, record_text(group, "fault"),
	       (long long)number(group, "devices"), (long long)number(group, "attempts"),
	       strlen(last) > YEAR_SIZE ? last + YEAR_SIZE : last);
	write_bar(json_object_get(group, "slots"));
	putchar('\n');
	paragraph_write_item("why", record_text(group, "what"), INDENT, &s->screen, stdout);
	paragraph_write_item("do", record_text(group, "remedy"), INDENT, &s->screen, stdout);
}

static void write_head(struct session *s, const json_t *list)
{
	json_int_t minutes = number(list, "slotSeconds") / 60;
	printf("%s%-*s %7s %6s  %-11s  EACH %lld %s%s\n", screen_strong(&s->screen), CAUSE_WIDTH, "FAULT",
	       "DEVICES", "TIMES", "LAST (UTC)", (long long)(minutes % 60 ? minutes : minutes / 60),
	       minutes % 60 ? "MIN" : "H", screen_plain(&s->screen));
}

/* What is suspected now, and what was since the list begins. */
static void write_outbreaks(struct session *s, const json_t *list)
{
	size_t i;
	const json_t *outbreak;
	json_array_foreach(json_object_get(list, "outbreaks"), i, outbreak) {
		const char *ended = record_text(outbreak, "endedDateTime");
		if (ended[0] && strcmp(ended, record_text(list, "since")) < 0)
			continue;
		outbreak_write(s, outbreak);
		putchar('\n');
	}
}

static void write_list(struct session *s, const json_t *list)
{
	size_t i;
	const json_t *groups = json_object_get(list, "value"), *group;
	write_outbreaks(s, list);
	if (!json_array_size(groups)) {
		printf("Nothing failed since %s UTC.\n", minute(s, list, "since"));
		return;
	}
	write_head(s, list);
	json_array_foreach(groups, i, group)
		write_group(s, group);
	printf("\nSince %s UTC. Of one device, by the request that its screen names:\n"
	       "assay faults REQUEST\n",
	       minute(s, list, "since"));
}

fault faults_write(struct session *s)
{
	char path[PATH_SIZE];
	json_auto_t *list = NULL, *outbreaks = json_array();
	const struct remote_request request = { .method = "GET", .path = path };
	if (s->line->count)
		return request_write(s);
	TRY(build_path(s, path));
	TRY(session_send(s, &request, &list));
	TRY(outbreak_list(s, outbreaks));
	json_object_set(list, "outbreaks", outbreaks);
	if (is_session_json(s))
		session_write(s, list);
	else
		write_list(s, list);
	NEED(!is_arena_full(&s->arena), SYS_MEMORY);
	return NULL;
}
