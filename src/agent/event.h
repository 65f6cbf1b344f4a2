/*
 * event: what happened to this device on its way into the organisation, kept where support looks for it.
 *
 * A file of the state folder, one JSON object a line, oldest first; the oldest lines make room. The rows are
 * event.def.
 */
#ifndef AGENT_EVENT_H
#define AGENT_EVENT_H

#include "agent/cause.h"
#include "agent/invocation.h"
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
};

/* The stage in which that fault ended an enrolment. */
enum event_stage event_stage_of(const struct cause *cause, fault f);

/* The stage's word: "AADEnroll"; empty for none. */
const char *event_stage_word(enum event_stage stage);

/* The error of that cause in that stage; zero when it has none. */
uint32_t event_error(enum event_stage stage, const struct cause *cause);

/* Appends the event, of that time. AGENT_STATE; SYS_MEMORY when arena has no room for the file twice. */
#define EVENT_FILE_MAX 131072
MUST fault event_put(struct state *state, const struct event *e, int64_t now, struct arena *arena);

/* The command events. Gives the exit code. */
int event_run(const struct invocation *invocation);

#endif
