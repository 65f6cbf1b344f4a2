#include "server/gather.h"

#include <stdlib.h>

#include "api/serve_signin.h"
#include "base/heap.h"
#include "flow/eklisting.h"
#include "flow/missing.h"
#include "flow/notifying.h"
#include "flow/provider.h"
#include "proc/log.h"
#include "server/core.h"
#include "server/mintage.h"

#define GATHER_ARENA (EKLIST_MAX + 2 * FRAME_FILE_MAX)

enum step { IDLE = 0, STARTING, SIGNING, FETCHING, EXAMINING, ENDING };

/* What is looked for in this turn; views of the arena. */
struct turn {
	const struct kind *kind; /* NULL: nothing is due */
	struct bytes id, url, form, basic;
	uint64_t bound; /* most octets of the file */
	struct examine examine; /* but for the file */
	const struct notice *notice; /* it is one, to be delivered; NULL: a file is to be fetched */
	fault why;
	struct bytes detail;
	struct examined examined;
};

struct gather {
	struct core *core;
	struct gather_bounds bounds;
	struct entrance *entrance;
	struct arena arena; /* owns what this turn is about, but for an errand's */
	enum step step;
	uint64_t number; /* of the turn: the id of its frames */
	size_t first;    /* of the kinds, the one that is asked first */
	struct turn turn;
};

/*
 * --- what may be looked for ------------------------------------------------------------------------------
 */

static fault find_issuer(struct gather *g)
{
	struct store_issuer *row = NULL;
	TRY(missing_find_due(&g->core->flow, &g->arena, &row, &g->turn.examine.missing));
	if (row) {
		g->turn.id = row->id;
		g->turn.url = row->url;
		g->turn.bound = g->bounds.file;
	}
	return NULL;
}

static fault finish_issuer(struct gather *g, struct job *j)
{
	const struct turn *t = &g->turn;
	const struct missing_result r = { t->id, t->why, t->detail, t->examined };
	return missing_finish(&g->core->flow, &r, &j->arena);
}

static fault find_list(struct gather *g)
{
	struct store_eklist *row = NULL;
	TRY(eklisting_find_due(&g->core->flow, &g->arena, &row, &g->turn.examine.point));
	if (row) {
		g->turn.id = row->id;
		g->turn.url = row->url;
		g->turn.bound = g->bounds.list;
		g->turn.examine.now = (uint64_t)g->core->flow.now;
	}
	return NULL;
}

static fault finish_list(struct gather *g, struct job *j)
{
	const struct turn *t = &g->turn;
	const struct eklisting_result r = { t->id, t->why, t->detail, t->examined.eklist };
	return eklisting_finish(&g->core->flow, &r, &j->arena, &j->answer);
}

/* Discovery and keys are two turns. */
static fault find_idp(struct gather *g)
{
	struct provider_turn due;
	struct turn *t = &g->turn;
	TRY(provider_find_due(&g->core->flow, &g->arena, &due));
	t->id = due.id;
	t->url = due.url;
	t->bound = IDP_DOCUMENT_MAX;
	t->examine.idp = due.issuer;
	t->examine.is_discovery = due.is_discovery;
	return NULL;
}

static fault finish_idp(struct gather *g, struct job *j)
{
	const struct turn *t = &g->turn;
	const struct provider_result r = { t->id, t->why, t->detail, t->examined.idp };
	return provider_finish(&g->core->flow, &r, &j->arena, &j->answer);
}

static fault find_notice(struct gather *g)
{
	struct notifying_turn *due = arena_alloc(&g->arena, sizeof(*due));
	NEED(due != NULL, SYS_MEMORY);
	TRY(notifying_find_due(&g->core->flow, &g->arena, due));
	g->turn.id = due->id;
	g->turn.url = due->url;
	g->turn.notice = &due->notice;
	return NULL;
}

static fault finish_notice(struct gather *g, struct job *j)
{
	const struct turn *t = &g->turn;
	const struct notifying_result r = { t->id, t->why, t->detail };
	return notifying_finish(&g->core->flow, &r, &j->arena);
}

/* It stays the first until its turn ends. */
static fault find_errand(struct gather *g)
{
	const struct authcode_errand *e = entrance_find(g->entrance);
	struct turn *t = &g->turn;
	if (!e)
		return NULL;
	t->id = e->idp;
	t->url = e->url;
	t->form = e->form;
	t->basic = e->basic;
	t->bound = IDP_DOCUMENT_MAX;
	t->examine.admin_idp = e->idp;
	t->examine.nonce = e->nonce;
	t->examine.now = (uint64_t)g->core->flow.now;
	return NULL;
}

static fault finish_errand(struct gather *g, struct job *j)
{
	const struct turn *t = &g->turn;
	const struct authcode_result r = { entrance_find(g->entrance), t->why, t->examined.user,
					   t->examined.are_cut };
	NEED(r.errand != NULL, BUG);
	j->request_id = r.errand->request_id;
	fault why = serve_signin_finish(&g->core->flow, &r, &j->arena, &j->answer);
	j->answer.detail = t->detail.n ? arena_text(&j->arena, t->detail) : NULL;
	return why;
}

static void answer_errand(struct gather *g, struct job *j)
{
	struct entrance_waiter waiter;
	if (entrance_take(g->entrance, &waiter))
		return;
	j->link = waiter.link;
	j->frame.id = waiter.id;
	core_log(j);
	core_send(g->core, j);
}

static const struct kind {
	const char *event; /* in the log */
	fault (*find)(struct gather *g);
	fault (*finish)(struct gather *g, struct job *j);
	void (*answer)(struct gather *g, struct job *j); /* who waits; NULL: nobody does */
} kinds[] = {
	{ "code.exchanged", find_errand, finish_errand, answer_errand },
	{ "idp.fetched", find_idp, finish_idp, NULL },
	{ "issuer.fetched", find_issuer, finish_issuer, NULL },
	{ "crl.fetched", find_list, finish_list, NULL },
	{ "notice.sent", find_notice, finish_notice, NULL },
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
	struct gather *g = c->gather;
	TRY(g->turn.kind->finish(g, j));
	c->is_trust_changed = c->is_trust_changed || j->answer.changes_n;
	return NULL;
}

static void done_end(struct core *c, struct job *j)
{
	const struct turn *t = &c->gather->turn;
	LOG(INFO, t->kind->event, log_hex("id", t->id), log_fault(t->why));
	if (t->kind->answer)
		t->kind->answer(c->gather, j);
	else if (j->answer.why)
		LOG(ERROR, "gather.unrecorded", log_fault(j->answer.why));
	else
		publication_put(c->publication, &j->answer);
	c->gather->step = IDLE;
	gather_tick(c->gather);
}

static const struct job_kind work_end = { "gather.end", run_end, NULL, done_end };

/* The turn came to nothing: what is due has another, and whoever waits is told to try again. */
static void drop(struct gather *g)
{
	struct job j = { .kind = &work_end, .answer = { .why = FAIL(SYS_BUSY) } };
	g->step = IDLE;
	if (g->turn.kind && g->turn.kind->answer)
		g->turn.kind->answer(g, &j);
}

static void finish(struct gather *g, fault why, struct bytes detail)
{
	g->turn.why = why;
	g->turn.detail = arena_copy(&g->arena, detail);
	if (core_put(g->core, &work_end, NULL, NULL))
		g->step = ENDING;
	else
		drop(g);
}

/*
 * --- its steps -------------------------------------------------------------------------------------------
 */

static fault run_start(struct core *c, struct job *j)
{
	struct gather *g = c->gather;
	(void)j;
	arena_reset(&g->arena);
	g->turn = (struct turn){ 0 };
	/* Somebody who waits is asked for at once, but by many of them nobody is kept from their turn. */
	size_t first = entrance_find(g->entrance) && g->first != 1 ? 0 : g->first;
	for (size_t i = 0; i < COUNT_OF(kinds) && !g->turn.id.p; i++) {
		size_t at = (first + i) % COUNT_OF(kinds);
		g->turn = (struct turn){ 0 };
		/* Whoever has much to do, or fails, does not keep the others from it. */
		g->first = at + 1;
		TRY(kinds[at].find(g));
		g->turn.kind = g->turn.id.p ? &kinds[at] : NULL;
	}
	return NULL;
}

static void send_fetch(struct gather *g, struct bytes token)
{
	struct link *fetch = child_find(g->core->child, fetch_id);
	const struct fetch f = {
		.url = g->turn.url, .size = g->turn.bound, .token = token, .form = g->turn.form,
		.basic = g->turn.basic,
	};
	if (fetch && !link_send(fetch, FRAME_FETCH, g->number, &f))
		g->step = FETCHING;
	else
		drop(g);
}

static void done_start(struct core *c, struct job *j)
{
	struct gather *g = c->gather;
	struct link *fetch = child_find(c->child, fetch_id);
	if (j->answer.why)
		LOG(ERROR, "gather", log_fault(j->answer.why));
	if (j->answer.why || !g->turn.kind || !fetch) {
		drop(g);
		return;
	}
	g->step = IDLE;
	g->number++;
	if (g->turn.notice)
		g->step = mintage_ask_notice(c, g->number, g->turn.notice) ? IDLE : SIGNING;
	else
		send_fetch(g, (struct bytes){ 0 });
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
	bool is_said = g->turn.form.p && f.body.n; /* a provider that refuses says why */
	g->turn.examine.file = f.body;
	g->turn.why = f.number ? fault_by_number(f.number) : NULL;
	g->turn.detail = arena_copy(&g->arena, f.detail);
	if (g->turn.notice)
		finish(g, g->turn.why, f.detail);
	else if ((f.number && !is_said) || !f.body.n)
		finish(g, f.number ? g->turn.why : FAIL(FETCH_ANSWER), f.detail);
	else if (!verify || link_send(verify, FRAME_EXAMINE, g->number, &g->turn.examine))
		drop(g);
	else
		g->step = EXAMINING;
}

/* What was not to be had is not had because it can be read: but why may be known better. */
static fault fault_of(const struct gather *g, fault found)
{
	return g->turn.why && found != FAIL(SIGN_IN_CLIENT) ? g->turn.why : found;
}

static void take_examined(struct gather *g, const struct frame *frame)
{
	struct examined e;
	if (g->step != EXAMINING || frame_get(frame, &e))
		return;
	e.certificate = arena_copy(&g->arena, e.certificate);
	e.signer = arena_copy(&g->arena, e.signer);
	e.missing = arena_copy(&g->arena, e.missing);
	e.eklist = arena_copy(&g->arena, e.eklist);
	e.idp = arena_copy(&g->arena, e.idp);
	e.user = arena_copy(&g->arena, e.user);
	g->turn.examined = e;
	if (is_arena_full(&g->arena))
		drop(g);
	else
		finish(g, fault_of(g, fault_by_number(e.number)), g->turn.detail);
}

void gather_take(struct gather *g, const struct frame *frame)
{
	if (frame->id != g->number)
		return;
	if (frame->type == FRAME_FETCHED)
		take_file(g, frame);
	else
		take_examined(g, frame);
}

void gather_take_token(struct gather *g, uint64_t id, fault why, struct bytes token)
{
	if (g->step != SIGNING || id != g->number)
		return;
	if (why)
		finish(g, why, (struct bytes){ 0 });
	else
		send_fetch(g, token);
}

void gather_forget(struct gather *g, struct role_id peer)
{
	if (g->step == FETCHING && is_role_same(peer, fetch_id))
		drop(g);
	if (g->step == EXAMINING && is_role_same(peer, verify_id(g)))
		drop(g);
}

void gather_forget_waiter(struct gather *g, const struct link *link)
{
	entrance_forget(g->entrance, link);
}

fault gather_put(struct gather *g, const struct authcode_errand *errand, const struct entrance_waiter *waiter)
{
	NEED(child_find(g->core->child, fetch_id), FETCH_UNREACHABLE);
	TRY(entrance_put(g->entrance, errand, waiter));
	gather_tick(g);
	return NULL;
}

struct gather *gather_new(struct core *c, const struct gather_bounds *bounds)
{
	struct gather *g = heap_need(calloc(1, sizeof(*g)));
	g->core = c;
	g->bounds = *bounds;
	g->entrance = entrance_new();
	arena_init(&g->arena, GATHER_ARENA);
	return g;
}

void gather_free(struct gather *g)
{
	if (!g)
		return;
	entrance_free(g->entrance);
	arena_done(&g->arena);
	free(g);
}
