#include "server/notary.h"

#include <string.h>

#include "proc/clock.h"
#include "proc/log.h"

#define RETRY_S 60

enum stage { STAGE_NONE = 0, STAGE_READ, STAGE_ASKED };

/* Done or not, it is over, until the clock or a shorter while later says so again. */
static void settle(struct core *c, fault why)
{
	c->head.stage = STAGE_NONE;
	c->head.next = clock_now_s() + (why ? RETRY_S : AUDITING_PERIOD_S);
	if (why)
		LOG(ERROR, "audit.unsigned", log_fault(why));
}

/* --- what is due ---------------------------------------------------------------------------------------- */

static fault run_ask(struct core *c, struct job *j)
{
	struct audit_head *head = arena_alloc(&j->arena, sizeof(*head));
	NEED(head != NULL, SYS_MEMORY);
	TRY(auditing_next(&c->flow, &j->arena, head));
	j->result = head;
	return NULL;
}

static fault ask(struct core *c, const struct audit_head *head)
{
	struct pending_item item = { .to = c->ca, .of = &c->head, .since_ms = clock_monotonic_ms() };
	NEED(c->ca != NULL, SYS_BUSY);
	TRY(pending_send(c->heads, &item, FRAME_AUDIT_HEAD, head));
	c->head.of = *head;
	NEED(bytes_copy(head->hash, c->head.hash, sizeof(c->head.hash)), BUG);
	c->head.of.hash = BYTES_OF(c->head.hash); /* the job's octets end with it */
	c->head.stage = STAGE_ASKED;
	return NULL;
}

static void done_ask(struct core *c, struct job *j)
{
	const struct audit_head *head = j->result;
	if (!j->answer.why && !head->number) {
		settle(c, NULL);
		return;
	}
	fault why = j->answer.why ? j->answer.why : ask(c, head);
	if (why)
		settle(c, why);
}

const struct job_kind notary_ask = { "audit.ask", run_ask, NULL, done_ask };

/* A clock that was set back does not put it off. */
static bool is_due(const struct core *c)
{
	int64_t now = clock_now_s();
	return now >= c->head.next || c->head.next - now > AUDITING_PERIOD_S;
}

void notary_tick(struct core *c)
{
	if (c->ca && c->head.stage == STAGE_NONE && is_due(c) && core_put(c, &notary_ask, NULL, NULL))
		c->head.stage = STAGE_READ;
}

/* --- what ca says --------------------------------------------------------------------------------------- */

static fault run_put(struct core *c, struct job *j)
{
	struct audit_seal s;
	TRY(frame_get(&j->frame, &s));
	return auditing_put_head(&c->flow, &c->head.of, s.token);
}

static void done_put(struct core *c, struct job *j)
{
	if (!j->answer.why)
		LOG(INFO, "audit.signed", log_int("row", (int64_t)c->head.of.number),
		    log_hex("hash", c->head.of.hash));
	settle(c, j->answer.why);
}

const struct job_kind notary_put = { "audit.put", run_put, NULL, done_put };

void notary_take(struct core *c, struct link *link, const struct frame *f)
{
	struct audit_seal s;
	struct pending_item item;
	if (frame_get(f, &s) || !pending_take(c->heads, f->id, link, &item))
		return;
	if (!s.token.n)
		settle(c, fault_by_number(s.number));
	else if (!core_put(c, &notary_put, NULL, f))
		settle(c, FAIL(SYS_BUSY));
}

void notary_forget(struct core *c, const struct link *link)
{
	struct pending_item item;
	while (pending_take_link(c->heads, link, &item))
		settle(c, FAIL(SYS_BUSY));
}
