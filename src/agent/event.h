/*
 * event: what happened to this device on its way into the organisation, told where support looks for it: a
 * file of the state folder and systemd's journal.
 *
 * The file has a JSON object a line, oldest first, numbered by "sequence"; the oldest lines make room. The
 * rows are event.def.
 */
#ifndef AGENT_EVENT_H
#define AGENT_EVENT_H

#include "agent/cause.h"
#include "agent/screen.h"
#include "agent/state.h"

enum event_name {
#define E(name, ...) EVENT_##name,
#include "agent/event.def"
#undef E
	EVENT_COUNT
};

/* The stages of event 302. */
enum event_stage {
	EVENT_STAGE_NONE = 0,
	EVENT_STAGE_INITIAL,   /* before the server was asked: settings, TPM, files */
	EVENT_STAGE_DISCOVERY, /* the server was not reached, or not understood */
	EVENT_STAGE_JOIN,      /* is this one of ours, is it attested: AADEnroll */
	EVENT_STAGE_ENROLMENT, /* may it be managed: MDMEnrolling */
	EVENT_STAGE_COMPLETED,
	EVENT_STAGE_COUNT
};

/* Every refusal of join is this error; its fault's code is the sub-code. */
#define EVENT_JOIN_REFUSED 0x801C0003

struct event {
	enum event_name name;
	enum event_stage stage;
	const struct cause *cause; /* NULL: nothing failed */
	const char *values[2];     /* of the text; NULL: stage and error */
};

/* The stage in which that fault ended an enrolment. */
enum event_stage event_stage_of(const struct cause *cause, fault f);

/* The stage's word: "AADEnroll"; empty for none. */
const char *event_stage_word(enum event_stage stage);

/* The error of that cause in that stage; zero when it has none. */
uint32_t event_error(enum event_stage stage, const struct cause *cause);

#define EVENT_FILE_MAX 131072

/* Where events are kept. */
struct event_book {
	struct state *state; /* one that is not open keeps nothing */
	const char *journal; /* the journal's socket; empty: none */
	struct arena arena;
};

/* Borrows state and journal. */
void event_init(struct event_book *book, struct state *state, const char *journal);
void event_done(struct event_book *book);

/*
 * Tells the journal and appends to the file an event of now. That it cannot be kept is said on standard
 * error, and is no reason for anything to fail.
 */
void event_put(struct event_book *book, const struct event *e);

/*
 * The events of the file's content as a list of JSON objects, the caller's. A line that is no event, as a
 * disk may have made it, is passed over.
 */
struct json_t;
struct json_t *event_list(struct bytes file);

/* The colour of a level's word; what is none is an error. */
enum screen_colour event_colour(const char *level);

#endif
