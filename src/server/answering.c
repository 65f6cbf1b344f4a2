#include "server/answering.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "flow/inquiry.h"
#include "proc/clock.h"
#include "proc/log.h"

#define PATIENCE_MS 10000
#define RATE 500 /* signatures a second */

/* What ca is asked, for when it answers. */
struct owed {
	struct standing standing; /* its nonce is empty where the answer may be kept */
	uint8_t serial[20];
	uint8_t nonce[FRAME_NONCE_MAX];
};

/* --- answers -------------------------------------------------------------------------------------------- */

static void answer(struct core *c, const struct job *asked, struct bytes der)
{
	struct job j = { .link = asked->link, .frame = { .id = asked->frame.id },
			 .request_id = asked->request_id };
	j.answer = (struct flow_answer){ .status = 200, .content = FRAME_CONTENT_OCSP, .body = der };
	core_send(c, &j);
}

static void answer_status(struct core *c, const struct job *asked, enum ocsp_status status)
{
	uint8_t memory[16];
	struct wr w = wr_of(memory, sizeof(memory));
	ocsp_write_status(status, &w);
	answer(c, asked, wr_done(&w));
}

/* --- questions ------------------------------------------------------------------------------------------ */

static fault run_ask(struct core *c, struct job *j)
{
	struct inquiry i;
	struct standing *s = arena_alloc(&j->arena, sizeof(*s));
	NEED(s != NULL, SYS_MEMORY);
	TRY(frame_get(&j->frame, &i));
	j->request_id = i.request_id;
	TRY(inquiry_get(&c->flow, &i, &j->arena, s));
	j->result = s;
	return NULL;
}

static bool is_rate_left(struct core *c, int64_t now)
{
	if (c->answers_since != now)
		c->answers_signed = 0;
	c->answers_since = now;
	return c->answers_signed < RATE;
}

static bool is_asked(struct core *c, const struct job *j, const struct standing *s)
{
	struct pending_item item = { .to = c->ca, .from = j->link, .from_id = j->frame.id,
				     .since_ms = clock_monotonic_ms() };
	if (!c->ca || !is_rate_left(c, c->flow.now) || !bytes_copy(j->request_id, item.request_id, 16))
		return false;
	struct owed *owed = heap_need(calloc(1, sizeof(*owed)));
	owed->standing = *s;
	memcpy(owed->serial, s->serial.p, s->serial.n);
	memcpy(owed->nonce, s->nonce.p, s->nonce.n);
	owed->standing.serial = bytes_of(owed->serial, s->serial.n);
	owed->standing.nonce = bytes_of(owed->nonce, s->nonce.n);
	item.of = owed;
	if (pending_send(c->answers_owed, &item, FRAME_STANDING, s)) {
		free(owed);
		return false;
	}
	c->answers_signed++;
	return true;
}

static void done_ask(struct core *c, struct job *j)
{
	const struct standing *s = j->result;
	if (j->answer.why) {
		answer_status(c, j, j->answer.why == FAIL(NOT_FOUND) ? OCSP_UNAUTHORIZED : OCSP_INTERNAL);
		return;
	}
	struct bytes kept = answers_find(c->answers, s, c->flow.now);
	bool is_enough = kept.n && !s->nonce.n;
	if (!is_enough && is_asked(c, j, s))
		return;
	if (kept.n)
		answer(c, j, kept);
	else
		answer_status(c, j, OCSP_TRY_LATER);
}

const struct job_kind answering_ask = { "ocsp", run_ask, NULL, done_ask };

/* --- ca ------------------------------------------------------------------------------------------------- */

static struct job job_of(const struct pending_item *item)
{
	return (struct job){ .link = item->from, .frame = { .id = item->from_id },
			     .request_id = BYTES_OF(item->request_id) };
}

static void put_off(struct core *c, const struct pending_item *item)
{
	const struct job j = job_of(item);
	answer_status(c, &j, OCSP_TRY_LATER);
	free(item->of);
}

/* Why what ca says is no answer to what it was asked. */
static fault check_answer(const struct core *c, const struct owed *owed, const struct answered *a)
{
	const struct issuer *by = flow_issuer(&c->flow, owed->standing.generation);
	NEED(a->der.n, BUG);
	NEED(by != NULL, BUG);
	return ocsp_check_signed(a->der, &owed->standing, by);
}

void answering_take(struct core *c, struct link *link, const struct frame *f)
{
	struct answered a;
	struct pending_item item;
	if (frame_get(f, &a) || !pending_take(c->answers_owed, f->id, link, &item))
		return;
	const struct owed *owed = item.of;
	fault why = a.number ? fault_by_number(a.number) : check_answer(c, owed, &a);
	if (why || a.number) {
		LOG(ERROR, "ocsp.refused", log_hex("serial", owed->standing.serial), log_fault(why));
		put_off(c, &item);
		return;
	}
	/* What nobody issued could be asked about without end, and would push the others out. */
	if (!owed->standing.nonce.n && owed->standing.status != OCSP_UNKNOWN)
		answers_put(c->answers, &owed->standing, a.der);
	const struct job j = job_of(&item);
	answer(c, &j, a.der);
	free(item.of);
}

void answering_forget(struct core *c, struct link *link)
{
	struct pending_item item;
	pending_forget(c->answers_owed, link);
	while (pending_take_link(c->answers_owed, link, &item))
		put_off(c, &item);
}

void answering_tick(struct core *c)
{
	struct pending_item item;
	while (pending_take_old(c->answers_owed, clock_monotonic_ms() - PATIENCE_MS, &item))
		put_off(c, &item);
}
