#include "agent/look.h"

#include <stdarg.h>
#include <unistd.h>

#define ARENA_SIZE (4 << 20)
#define STEP_MS 1200

static void (*const looks[READINESS_COUNT])(struct look *l, const struct readiness_row *row,
					    struct readiness_finding *f) = {
#define R(name, function, ...) [READINESS_ROW_##name] = look_##function,
#include "agent/readiness.def"
#undef R
};

void look_pass(struct readiness_finding *f, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(f->fact, sizeof(f->fact), format, arguments);
	va_end(arguments);
	f->outcome = READINESS_PASSED;
}

void look_leave(struct readiness_finding *f, enum readiness_outcome outcome, const char *fact)
{
	snprintf(f->fact, sizeof(f->fact), "%s", fact);
	f->outcome = outcome;
}

void look_fail(struct readiness_finding *f, fault why, const char *detail)
{
	f->cause = cause_of(why, detail);
	f->outcome = READINESS_FAILED;
}

static bool is_met(const struct readiness *r, enum readiness_id needs)
{
	return needs == READINESS_ROW_NOTHING || r->of[needs].outcome == READINESS_PASSED ||
	       r->of[needs].outcome == READINESS_WARNED;
}

/* What stands in the way of a row: the one that it needs, or what stood in the way of that. */
static enum readiness_id obstacle_of(const struct readiness *r, enum readiness_id needs)
{
	enum readiness_id before = readiness_rows[needs].needs;
	bool is_itself = r->of[needs].outcome != READINESS_NOT_RUN || before == READINESS_ROW_NOTHING;
	return is_itself ? needs : obstacle_of(r, before);
}

static void skip(struct readiness *r, enum readiness_id id)
{
	char fact[READINESS_FACT_SIZE];
	snprintf(fact, sizeof(fact), "not looked at: it needs %s",
		 readiness_rows[obstacle_of(r, readiness_rows[id].needs)].title);
	look_leave(&r->of[id], READINESS_NOT_RUN, fact);
}

/* One attempt at anything, and no longer than all of it may take. */
static void bound(struct settings *s)
{
	s->ek_service_attempts = 1;
	s->connect_ms = s->connect_ms < STEP_MS ? s->connect_ms : STEP_MS;
	s->reply_ms = s->reply_ms < STEP_MS ? s->reply_ms : STEP_MS;
}

static void open_state(struct look *l)
{
	l->state = STATE_UNOPENED;
	if (access(l->settings.state, F_OK) == 0)
		l->state_fault = state_open_reader(&l->state, l->settings.state);
}

static void look_at_rows(struct look *l)
{
	struct readiness *r = l->to;
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++) {
		const struct readiness_row *row = &readiness_rows[id];
		r->at = id;
		if (is_met(r, row->needs))
			looks[id](l, row, &r->of[id]);
		else
			skip(r, id);
	}
	r->at = READINESS_COUNT;
}

void look_run(const struct invocation *invocation, struct readiness *r)
{
	struct look l = { .settings = invocation->settings,
			  .is_offline = invocation->set & INVOCATION_OFFLINE,
			  .to = r };
	arena_init(&l.arena, ARENA_SIZE);
	bound(&l.settings);
	open_state(&l);
	look_net_begin(&l);
	look_at_rows(&l);
	post_close(&l.post);
	state_close(&l.state);
	device_close(&l.device);
	arena_done(&l.arena);
}
