#include "agent/event.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/journal.h"
#include "base/text.h"

#define ARENA_SIZE (4 * EVENT_FILE_MAX)
#define LINE_SIZE 4096

enum level { INFO, WARNING, ERROR };

static const struct {
	int id;
	enum level level;
	const char *text;
} rows[EVENT_COUNT] = {
#define E(name, id_, level_, text_) [EVENT_##name] = { id_, level_, text_ },
#include "agent/event.def"
#undef E
};

static const struct {
	const char *word;
	const char *priority; /* of syslog (RFC 5424 §6.2.1) */
	enum screen_colour colour;
} levels[] = {
	[INFO] = { "info", "6", SCREEN_GREEN },
	[WARNING] = { "warning", "4", SCREEN_YELLOW },
	[ERROR] = { "error", "3", SCREEN_RED },
};

/* --- stages --------------------------------------------------------------------------------------------- */

/* Windows' words. */
static const char *const stages[EVENT_STAGE_COUNT] = {
	[EVENT_STAGE_NONE] = "",
	[EVENT_STAGE_INITIAL] = "Initial",
	[EVENT_STAGE_DISCOVERY] = "DeviceDiscovery",
	[EVENT_STAGE_JOIN] = "AADEnroll",
	[EVENT_STAGE_ENROLMENT] = "MDMEnrolling",
	[EVENT_STAGE_COMPLETED] = "Completed",
};

/* HRESULTs of the second decision: a restriction, the limit of devices, a device that may not come again. */
static bool is_enrolment(uint32_t hresult)
{
	static const uint32_t of[] = { 0x80180013, 0x80180014, 0x80180032 };
	for (size_t i = 0; i < COUNT_OF(of); i++)
		if (of[i] == hresult)
			return true;
	return false;
}

enum event_stage event_stage_of(const struct cause *cause, fault f)
{
	static const fault discovery[] = { FAIL(NET_UNREACHABLE), FAIL(NET_TIMEOUT), FAIL(SERVER_UNTRUSTED),
					   FAIL(REPLY_INVALID), FAIL(CERT_E_EXPIRED) };
	for (size_t i = 0; i < COUNT_OF(discovery); i++)
		if (f == discovery[i])
			return EVENT_STAGE_DISCOVERY;
	if (!cause->is_server)
		return EVENT_STAGE_INITIAL;
	if (is_enrolment(cause->hresult))
		return EVENT_STAGE_ENROLMENT;
	bool is_refusal = f->kind == FAULT_DENIED || f->kind == FAULT_CHECK;
	return is_refusal ? EVENT_STAGE_JOIN : EVENT_STAGE_DISCOVERY;
}

const char *event_stage_word(enum event_stage stage)
{
	return stages[stage];
}

uint32_t event_error(enum event_stage stage, const struct cause *cause)
{
	return stage == EVENT_STAGE_JOIN ? EVENT_JOIN_REFUSED : cause->hresult;
}

/* --- what is told --------------------------------------------------------------------------------------- */

/* What all forms of an event say. */
struct telling {
	const struct event *event;
	char error[64]; /* as people know it; a fault without an HRESULT is known by its code */
	char text[256];
	char time[TEXT_TIME_SIZE];
};

static void tell_error(const struct event *e, char out[static 64])
{
	uint32_t error = e->cause ? event_error(e->stage, e->cause) : 0;
	if (error)
		snprintf(out, 64, "0x%08X", (unsigned)error);
	else
		snprintf(out, 64, "%s", e->cause ? e->cause->code : "");
}

/* The row's text with the values in their places. */
static void tell_text(struct telling *t)
{
	const struct event *e = t->event;
	const char *values[] = { e->values[0] ? e->values[0] : stages[e->stage],
				 e->values[1] ? e->values[1] : t->error };
	struct wr w = wr_of((uint8_t *)t->text, sizeof(t->text) - 1);
	for (const char *at = rows[e->name].text; *at; at++) {
		bool is_place = at[0] == '%' && (at[1] == '1' || at[1] == '2');
		if (is_place)
			wr_bytes(&w, bytes_text(values[*++at - '1']));
		else
			wr_u8(&w, (uint8_t)*at);
	}
	t->text[w.at] = 0;
}

static struct telling tell(const struct event *e)
{
	struct telling t = { .event = e };
	text_time(time(NULL), t.time);
	tell_error(e, t.error);
	tell_text(&t);
	return t;
}

/* --- the journal ---------------------------------------------------------------------------------------- */

static void send(const char *path, const struct telling *t)
{
	static const struct cause none;
	char id[16], hresult[16] = "";
	const struct cause *cause = t->event->cause ? t->event->cause : &none;
	snprintf(id, sizeof(id), "%d", rows[t->event->name].id);
	if (cause->hresult)
		snprintf(hresult, sizeof(hresult), "0x%08X", (unsigned)cause->hresult);
	const struct journal_field fields[] = {
		{ "MESSAGE", t->text },
		{ "PRIORITY", levels[rows[t->event->name].level].priority },
		{ "SYSLOG_IDENTIFIER", "assay-agent" },
		{ "ASSAY_EVENT", id },
		{ "ASSAY_STAGE", stages[t->event->stage] },
		{ "ASSAY_ERROR", t->error },
		{ "ASSAY_FAULT", cause->code },
		{ "ASSAY_HRESULT", hresult },
		{ "ASSAY_WHAT", cause->what },
		{ "ASSAY_DETAIL", cause->detail },
		{ "ASSAY_REMEDY", cause->remedy },
		{ "ASSAY_REQUEST_ID", cause->request_id },
	};
	journal_send(path, fields, COUNT_OF(fields));
}

/* --- the file ------------------------------------------------------------------------------------------- */

/* The number after that of the last line. */
static json_int_t next_sequence(struct bytes file)
{
	struct bytes last = { 0 };
	while (file.n)
		last = bytes_until(&file, '\n');
	json_auto_t *event = json_loadb((const char *)last.p, last.n, JSON_REJECT_DUPLICATES, NULL);
	return json_integer_value(json_object_get(event, "sequence")) + 1;
}

static fault write_line(const struct telling *t, json_int_t sequence, struct arena *arena, struct bytes *ret)
{
	json_auto_t *object = json_object();
	const struct event *e = t->event;
	json_object_set_new(object, "sequence", json_integer(sequence));
	screen_put_text(object, "time", t->time);
	json_object_set_new(object, "id", json_integer(rows[e->name].id));
	screen_put_text(object, "level", levels[rows[e->name].level].word);
	screen_put_text(object, "text", t->text);
	screen_put_text(object, "stage", stages[e->stage]);
	screen_put_text(object, "error", t->error);
	if (e->cause) {
		screen_put_cause(object, e->cause);
		screen_put_text(object, "requestId", e->cause->request_id);
	}
	char *line = arena_alloc(arena, LINE_SIZE);
	size_t n = line ? json_dumpb(object, line, LINE_SIZE - 1, JSON_COMPACT) : 0;
	NEED(n && n < LINE_SIZE, SYS_MEMORY);
	line[n] = '\n';
	*ret = bytes_of(line, n + 1);
	return NULL;
}

/* Whole lines from the end, so many that with one more of n octets there are not too many. */
static struct bytes newest(struct bytes file, size_t n)
{
	while (file.n + n > EVENT_FILE_MAX)
		bytes_until(&file, '\n');
	return file;
}

static fault append(struct event_book *book, const struct telling *t)
{
	struct bytes file, line;
	TRY(state_find(book->state, STATE_EVENTS, &book->arena, &file));
	TRY(write_line(t, next_sequence(file), &book->arena, &line));
	file = newest(file, line.n);
	uint8_t *p = arena_alloc(&book->arena, file.n + line.n);
	NEED(p, SYS_MEMORY);
	struct wr w = wr_of(p, file.n + line.n);
	wr_bytes(&w, file);
	wr_bytes(&w, line);
	return state_put(book->state, STATE_EVENTS, wr_done(&w));
}

void event_init(struct event_book *book, struct state *state, const char *journal)
{
	*book = (struct event_book){ .state = state, .journal = journal };
	arena_init(&book->arena, ARENA_SIZE);
}

void event_done(struct event_book *book)
{
	arena_done(&book->arena);
}

void event_put(struct event_book *book, const struct event *e)
{
	struct telling t = tell(e);
	send(book->journal, &t);
	arena_reset(&book->arena);
	fault why = book->state->folder >= 0 ? append(book, &t) : NULL;
	if (why)
		fprintf(stderr, "An event was not kept: %s\n",
			why == FAIL(AGENT_STATE) ? book->state->detail : why->what);
}

/* --- reading -------------------------------------------------------------------------------------------- */

enum screen_colour event_colour(const char *level)
{
	for (size_t i = 0; i < COUNT_OF(levels); i++)
		if (strcmp(levels[i].word, level) == 0)
			return levels[i].colour;
	return SCREEN_RED;
}

json_t *event_list(struct bytes file)
{
	json_t *list = json_array();
	while (file.n) {
		struct bytes line = bytes_until(&file, '\n');
		json_t *event = json_loadb((const char *)line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
		if (json_is_object(event))
			json_array_append_new(list, event);
		else
			json_decref(event);
	}
	return list;
}
