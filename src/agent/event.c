#include "agent/event.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ending.h"
#include "agent/screen.h"
#include "base/text.h"

#define ARENA_SIZE (4 * EVENT_FILE_MAX)
#define LINE_SIZE 4096
#define ERROR_SIZE 16

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
	enum screen_colour colour;
} levels[] = {
	[INFO] = { "info", SCREEN_GREEN },
	[WARNING] = { "warning", SCREEN_YELLOW },
	[ERROR] = { "error", SCREEN_RED },
};

/* --- stages --------------------------------------------------------------------------------------------- */

/* Windows' words. */
static const char *const stages[EVENT_STAGE_COUNT] = {
	[EVENT_STAGE_NONE] = "",		[EVENT_STAGE_INITIAL] = "Initial",
	[EVENT_STAGE_DISCOVERY] = "DeviceDiscovery", [EVENT_STAGE_JOIN] = "AADEnroll",
	[EVENT_STAGE_ENROLMENT] = "MDMEnrolling",    [EVENT_STAGE_COMPLETED] = "Completed",
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

/* --- the file ------------------------------------------------------------------------------------------- */

/* The row's text with stage and error in their places. */
static void write_text(const struct event *e, const char *error, char *out, size_t size)
{
	struct wr w = wr_of((uint8_t *)out, size - 1);
	for (const char *at = rows[e->name].text; *at; at++) {
		bool is_place = at[0] == '%' && (at[1] == '1' || at[1] == '2');
		if (is_place)
			wr_bytes(&w, bytes_text(*++at == '1' ? stages[e->stage] : error));
		else
			wr_u8(&w, (uint8_t)*at);
	}
	out[w.at] = 0;
}

/* The error as people know it; a fault without an HRESULT is known by its code. */
static const char *error_of(const struct event *e, char out[static ERROR_SIZE])
{
	uint32_t error = e->cause ? event_error(e->stage, e->cause) : 0;
	if (!error)
		return e->cause ? e->cause->code : "";
	snprintf(out, ERROR_SIZE, "0x%08X", (unsigned)error);
	return out;
}

static fault write_line(const struct event *e, int64_t now, struct arena *arena, struct bytes *ret)
{
	char time[TEXT_TIME_SIZE], memory[ERROR_SIZE], text[256];
	json_auto_t *object = json_object();
	const char *error = error_of(e, memory);
	write_text(e, error, text, sizeof(text));
	screen_put_text(object, "time", text_time(now, time));
	json_object_set_new(object, "id", json_integer(rows[e->name].id));
	screen_put_text(object, "level", levels[rows[e->name].level].word);
	screen_put_text(object, "text", text);
	screen_put_text(object, "stage", stages[e->stage]);
	screen_put_text(object, "error", error);
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

fault event_put(struct state *state, const struct event *e, int64_t now, struct arena *arena)
{
	struct bytes file, line;
	TRY(write_line(e, now, arena, &line));
	TRY(state_find(state, STATE_EVENTS, arena, &file));
	file = newest(file, line.n);
	uint8_t *p = arena_alloc(arena, file.n + line.n);
	NEED(p, SYS_MEMORY);
	struct wr w = wr_of(p, file.n + line.n);
	wr_bytes(&w, file);
	wr_bytes(&w, line);
	return state_put(state, STATE_EVENTS, wr_done(&w));
}

/* --- the command ---------------------------------------------------------------------------------------- */

static enum screen_colour colour_of(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(levels); i++)
		if (strcmp(levels[i].word, word) == 0)
			return levels[i].colour;
	return SCREEN_RED;
}

static const char *member(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));
	return text ? text : "";
}

static void print_event(const json_t *event)
{
	char headline[512];
	snprintf(headline, sizeof(headline), "%.32s  %lld  %.256s", member(event, "time"),
		 (long long)json_integer_value(json_object_get(event, "id")), member(event, "text"));
	screen_print_headline(stdout, colour_of(member(event, "level")), headline);
	screen_print_line(stdout, "why", member(event, "what"));
	screen_print_line(stdout, "detail", member(event, "detail"));
	screen_print_line(stdout, "do", member(event, "remedy"));
	screen_print_line(stdout, "code", member(event, "fault"));
	screen_print_line(stdout, "request", member(event, "requestId"));
}

/* A line that is no event, as a disk may have made it, is passed over. */
static json_t *read_events(struct bytes file)
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

static void print_all(const json_t *list, bool is_json)
{
	if (is_json) {
		screen_print_json(stdout, list);
		return;
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		print_event(json_array_get(list, i));
	if (json_array_size(list) == 0)
		puts("There are no events.");
}

int event_run(const struct invocation *invocation)
{
	struct state state;
	struct arena arena;
	struct bytes file = { 0 };
	arena_init(&arena, ARENA_SIZE);
	fault f = state_open_reader(&state, invocation->settings.state);
	if (!f)
		f = state_find(&state, STATE_EVENTS, &arena, &file);
	if (f) {
		const struct cause cause = cause_of(f, state.detail);
		ending_print(&cause);
	} else {
		json_auto_t *list = read_events(file);
		print_all(list, invocation->set & INVOCATION_JSON);
	}
	state_close(&state);
	arena_done(&arena);
	return f ? INVOCATION_FAILED : INVOCATION_DONE;
}
