#include "server/role_desk.h"

#include "api/reader.h"
#include "flow/blocking.h"
#include "flow/totals.h"
#include "proc/child.h"
#include "proc/clock.h"
#include "proc/log.h"
#include "proc/sandbox.h"
#include "server/response.h"
#include "server/role_core.h"
#include "store/store.h"

#define DESK_ARENA (8 << 20)
#define TOTALS_MS 1000 /* until it is looked again whether something is to be counted */

struct desk {
	struct loop *loop;
	struct loop_event *idle;
	struct child *child;
	struct flow flow;
	struct store *lists; /* for totals alone */
	struct arena arena;
};

static fault answer(struct desk *d, const struct frame *f, struct call *ret_call, struct flow_answer *ret)
{
	TRY(frame_get(f, ret_call));
	d->flow.now = clock_now_s();
	TRY(reader_answer(&d->flow, ret_call, &d->arena, ret));
	NEED(!is_arena_full(&d->arena), SYS_MEMORY);
	return NULL;
}

/* One after the other: whoever asks for much keeps others of this desk waiting, and nobody who enrols. */
static void frame(void *self, struct link *link, const struct frame *f)
{
	struct desk *d = self;
	struct response r;
	struct call call = { 0 };
	struct flow_answer a = { 0 };
	uint8_t memory[PROBLEM_SIZE_MAX];
	arena_reset(&d->arena);
	a.why = answer(d, f, &call, &a);
	if (a.why)
		LOG(INFO, "refused", log_hex("request", call.request_id), log_fault(a.why),
		    log_text("detail", store_detail(d->flow.store)));
	response_build(&a, call.request_id, memory, &r);
	if (link_send(link, FRAME_RESPONSE, f->id, &r))
		LOG(WARNING, "answer.dropped", log_hex("request", call.request_id));
}

/* A part of it between two answers. */
static void count(void *self)
{
	struct desk *d = self;
	bool is_more = totals_walk(d->flow.totals, clock_now_s());
	loop_timer_start(d->idle, is_more ? 0 : TOTALS_MS);
}

static void stop(void *self)
{
	const struct desk *d = self;
	loop_stop(d->loop);
}

/* The records are core's, so they are opened before the role leaves root behind, when it can write none. */
static fault start(struct desk *d, const struct settings *s)
{
	char folder[SETTINGS_FILE_SIZE], path[SETTINGS_FILE_SIZE];
	uint32_t uid = settings_uid(s, ROLE_DESK);
	TRY(sandbox_leave_writing(settings_path(s, ROLE_CORE_FOLDER, folder)));
	TRY(store_open_reader(settings_path(s, ROLE_CORE_DATABASE, path), &d->flow.store));
	TRY(store_open_lists(path, &d->lists));
	d->flow.totals = totals_new(d->lists);
	TRY(blocking_build(&d->flow)); /* its digest is the first, for which OpenSSL reads its settings */
	loop_timer_start(d->idle, TOTALS_MS);
	TRY(sandbox_enter(ROLE_DESK, &(struct sandbox_plan){ .uid = uid, .gid = uid }));
	return child_ready(d->child);
}

fault role_desk_serve(struct role_id own, const struct settings *settings)
{
	struct desk d = { .loop = loop_new() };
	const struct child_plan plan = { .self = &d, .frame = frame, .stop = stop };
	TRY(child_open(d.loop, own, &plan, &d.child));
	d.idle = loop_timer_new(d.loop, count, &d);
	arena_init(&d.arena, DESK_ARENA);
	fault why = start(&d, settings);
	if (why)
		child_refuse(d.child, why);
	else
		why = loop_run(d.loop);
	/* The records stay open to the end: closing them asks for files by name, which it may not. */
	child_close(d.child);
	totals_free(d.flow.totals);
	blocking_free(d.flow.blocking);
	loop_event_free(d.idle);
	arena_done(&d.arena);
	loop_free(d.loop);
	return why;
}
