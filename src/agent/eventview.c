#include "agent/eventview.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "agent/ending.h"
#include "agent/event.h"
#include "host/descriptor.h"

#define ARENA_SIZE (2 * EVENT_FILE_MAX)
#define NOTICES_SIZE 4096 /* of inotify(7), at least one with the longest name */

struct view {
	const struct invocation *invocation;
	struct state state;
	struct arena arena;
	json_int_t seen; /* sequence of the last one printed */
};

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
	screen_print_headline(stdout, event_colour(member(event, "level")), headline);
	screen_print_line(stdout, "why", member(event, "what"));
	screen_print_line(stdout, "detail", member(event, "detail"));
	screen_print_line(stdout, "do", member(event, "remedy"));
	screen_print_line(stdout, "code", member(event, "fault"));
	screen_print_line(stdout, "request", member(event, "requestId"));
}

/* An object a line, so that whoever follows can read each as it comes. */
static void print_line(const json_t *event)
{
	json_dumpf(event, stdout, JSON_COMPACT);
	putchar('\n');
}

static fault list(struct view *v, json_t **ret)
{
	struct bytes file = { 0 };
	arena_reset(&v->arena);
	TRY(state_find(&v->state, STATE_EVENTS, &v->arena, &file));
	*ret = event_list(file);
	return NULL;
}

static void print_all(const struct view *v, const json_t *events)
{
	size_t i;
	const json_t *event;
	if (v->invocation->set & INVOCATION_JSON) {
		screen_print_json(stdout, events);
		return;
	}
	json_array_foreach(events, i, event)
		print_event(event);
	if (json_array_size(events) == 0)
		puts("There are no events.");
}

/* Those that were not printed yet; they are numbered. */
static void print_new(struct view *v, const json_t *events)
{
	size_t i;
	const json_t *event;
	json_array_foreach(events, i, event) {
		json_int_t sequence = json_integer_value(json_object_get(event, "sequence"));
		if (sequence <= v->seen)
			continue;
		(v->invocation->set & INVOCATION_JSON ? print_line : print_event)(event);
		v->seen = sequence;
	}
	fflush(stdout);
}

/*
 * The file is replaced as a whole, so the folder is watched. Ends when nobody reads any more, or by a
 * signal.
 */
static fault follow(struct view *v)
{
	char notices[NOTICES_SIZE];
	DESCRIPTOR fd = inotify_init1(IN_CLOEXEC);
	if (fd < 0 || inotify_add_watch(fd, v->invocation->settings.state, IN_MOVED_TO) < 0) {
		snprintf(v->state.detail, sizeof(v->state.detail), "inotify: %s", strerror(errno));
		return FAIL(AGENT_STATE);
	}
	do {
		json_t *events;
		TRY(list(v, &events));
		print_new(v, events);
		json_decref(events);
	} while (!ferror(stdout) && (read(fd, notices, sizeof(notices)) > 0 || errno == EINTR));
	return NULL;
}

static fault show(struct view *v)
{
	json_t *events;
	if (v->invocation->set & INVOCATION_FOLLOW)
		return follow(v);
	TRY(list(v, &events));
	print_all(v, events);
	json_decref(events);
	return NULL;
}

int eventview_run(const struct invocation *invocation)
{
	struct view v = { .invocation = invocation };
	arena_init(&v.arena, ARENA_SIZE);
	fault f = state_open_reader(&v.state, invocation->settings.state);
	if (!f)
		f = show(&v);
	if (f) {
		const struct cause cause = cause_of(f, v.state.detail);
		ending_print(&cause);
	}
	state_close(&v.state);
	arena_done(&v.arena);
	return f ? INVOCATION_FAILED : INVOCATION_DONE;
}
