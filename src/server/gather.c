#include "server/gather.h"

#include <stdlib.h>

#include "base/heap.h"
#include "flow/missing.h"
#include "proc/log.h"
#include "server/core.h"

#define GATHER_ARENA (2 * FRAME_FILE_MAX)

enum step { IDLE = 0, STARTING, FETCHING, EXAMINING, ENDING };

struct gather {
	struct core *core;
	struct arena arena; /* owns what this turn is about */
	enum step step;
	uint64_t turn; /* the id of its frames */
	struct store_issuer *row;
	struct bytes missing;
	struct missing_result result;
};

static const struct role_id fetch_id = { ROLE_FETCH, 0 };

static struct role_id verify_id(const struct gather *g)
{
	return (struct role_id){ ROLE_VERIFY, g->core->admin_verifier };
}

/*
 * --- the end of a turn -----------------------------------------------------------------------------------
 */

static fault run_end(struct core *c, struct job *j)
{
	return missing_finish(&c->flow, &c->gather->result, &j->arena);
}

static void done_end(struct core *c, struct job *j)
{
	const struct missing_result *r = &c->gather->result;
	LOG(INFO, "issuer.fetched", log_hex("issuer", r->id), log_fault(r->why));
	if (j->answer.why)
		LOG(ERROR, "issuer.unrecorded", log_fault(j->answer.why));
	c->gather->step = IDLE;
	gather_tick(c->gather);
}

static const struct job_kind work_end = { "gather.end", run_end, NULL, done_end };

static void finish(struct gather *g, fault why, struct bytes detail)
{
	g->result.why = why;
	g->result.detail = arena_copy(&g->arena, detail);
	g->step = core_put(g->core, &work_end, NULL, NULL) ? ENDING : IDLE;
}

/*
 * --- its steps -------------------------------------------------------------------------------------------
 */

static fault run_start(struct core *c, struct job *j)
{
	struct gather *g = c->gather;
	(void)j;
	arena_reset(&g->arena);
	g->row = NULL;
	return missing_find_due(&c->flow, &g->arena, &g->row, &g->missing);
}

static void done_start(struct core *c, struct job *j)
{
	struct gather *g = c->gather;
	struct link *fetch = child_find(c->child, fetch_id);
	g->step = IDLE;
	if (j->answer.why)
		LOG(ERROR, "gather", log_fault(j->answer.why));
	if (j->answer.why || !g->row || !fetch)
		return;
	const struct fetch f = { g->row->url };
	g->result = (struct missing_result){ .id = g->row->id };
	if (!link_send(fetch, FRAME_FETCH, ++g->turn, &f))
		g->step = FETCHING;
}

static const struct job_kind work_start = { "gather.start", run_start, NULL, done_start };

void gather_tick(struct gather *g)
{
	if (g->step == IDLE && !g->core->stopping && child_find(g->core->child, fetch_id) &&
	    core_put(g->core, &work_start, NULL, NULL))
		g->step = STARTING;
}

static void take_file(struct gather *g, const struct frame *frame)
{
	struct fetched f;
	struct link *verify = child_find(g->core->child, verify_id(g));
	if (g->step != FETCHING || frame_get(frame, &f))
		return;
	const struct examine e = { f.body, g->missing };
	if (f.number || !f.body.n)
		finish(g, f.number ? fault_by_number(f.number) : FAIL(ISSUER_INVALID), f.detail);
	else if (!verify || link_send(verify, FRAME_EXAMINE, g->turn, &e))
		g->step = IDLE;
	else
		g->step = EXAMINING;
}

static void take_examined(struct gather *g, const struct frame *frame)
{
	struct examined e;
	if (g->step != EXAMINING || frame_get(frame, &e))
		return;
	e.certificate = arena_copy(&g->arena, e.certificate);
	e.signer = arena_copy(&g->arena, e.signer);
	e.missing = arena_copy(&g->arena, e.missing);
	g->result.examined = e;
	if (is_arena_full(&g->arena))
		g->step = IDLE;
	else
		finish(g, fault_by_number(e.number), (struct bytes){ 0 });
}

void gather_take(struct gather *g, const struct frame *frame)
{
	if (frame->id != g->turn)
		return;
	if (frame->type == FRAME_FETCHED)
		take_file(g, frame);
	else
		take_examined(g, frame);
}

void gather_forget(struct gather *g, struct role_id peer)
{
	if (g->step == FETCHING && is_role_same(peer, fetch_id))
		g->step = IDLE;
	if (g->step == EXAMINING && is_role_same(peer, verify_id(g)))
		g->step = IDLE;
}

struct gather *gather_new(struct core *c)
{
	struct gather *g = heap_need(calloc(1, sizeof(*g)));
	g->core = c;
	arena_init(&g->arena, GATHER_ARENA);
	return g;
}

void gather_free(struct gather *g)
{
	if (!g)
		return;
	arena_done(&g->arena);
	free(g);
}
