#include "server/standing.h"

#include "flow/revocation.h"
#include "proc/clock.h"
#include "proc/log.h"

/* One list is asked for at a time, so that there is one answer to wait for. */
enum stage { STAGE_NONE = 0, STAGE_READ, STAGE_ASKED };

static void log_list(const char *event, const struct revocation_order *order, fault why)
{
	char name[POINT_NAME_SIZE];
	LOG(INFO, event, log_text("list", point_name(order->point, name)),
	    log_int("number", (int64_t)order->crl.number), log_int("entries", (int64_t)order->entries),
	    log_fault(why));
}

/* --- what is due ---------------------------------------------------------------------------------------- */

struct ask_result {
	struct revocation_order order;
	fault full;
};

static fault run_ask(struct core *c, struct job *j)
{
	struct ask_result *r = arena_alloc(&j->arena, sizeof(*r));
	NEED(r != NULL, SYS_MEMORY);
	TRY(revocation_next(&c->flow, &j->arena, &r->order, &r->full));
	j->result = r;
	return NULL;
}

static bool is_sent(struct core *c, const struct revocation_order *order)
{
	struct pending_item item = { .to = c->ca, .of = &c->list, .since_ms = clock_monotonic_ms() };
	return c->ca && !pending_send(c->standings, &item, FRAME_CRL, &order->crl);
}

static void done_ask(struct core *c, struct job *j)
{
	const struct ask_result *r = j->result;
	c->list_stage = STAGE_NONE;
	if (j->answer.why || r->full) {
		const struct revocation_order none = { .point = { .count = 1 } };
		log_list("crl.failed", r ? &r->order : &none, r && r->full ? r->full : j->answer.why);
		return;
	}
	if (!r->order.crl.number || !is_sent(c, &r->order))
		return;
	c->list = r->order;
	c->list.crl.revoked = (struct bytes){ 0 }; /* its octets end with the job */
	c->list_stage = STAGE_ASKED;
}

const struct job_kind standing_ask = { "crl.ask", run_ask, NULL, done_ask };

void standing_tick(struct core *c)
{
	if (!c->ca || c->list_stage != STAGE_NONE || !core_put(c, &standing_ask, NULL, NULL))
		return;
	c->list_stage = STAGE_READ;
}

/* --- what ca says --------------------------------------------------------------------------------------- */

static fault run_put(struct core *c, struct job *j)
{
	struct signed_der s;
	TRY(frame_get(&j->frame, &s));
	return revocation_put(&c->flow, &c->list, s.der);
}

/* There may be more that are due. */
static void done_put(struct core *c, struct job *j)
{
	log_list("crl", &c->list, j->answer.why);
	c->list_stage = STAGE_NONE;
	standing_tick(c);
}

const struct job_kind standing_put = { "crl", run_put, NULL, done_put };

void standing_take(struct core *c, struct link *link, const struct frame *f)
{
	struct signed_der s;
	struct pending_item item;
	if (frame_get(f, &s) || !pending_take(c->standings, f->id, link, &item))
		return;
	if (s.der.n && core_put(c, &standing_put, NULL, f))
		return;
	log_list("crl.failed", &c->list, s.der.n ? FAIL(SYS_BUSY) : fault_by_number(s.number));
	c->list_stage = STAGE_NONE;
}

void standing_forget(struct core *c, const struct link *link)
{
	struct pending_item item;
	while (pending_take_link(c->standings, link, &item))
		c->list_stage = STAGE_NONE;
}
