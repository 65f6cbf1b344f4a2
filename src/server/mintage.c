#include "server/mintage.h"

#include <string.h>

#include "flow/minting.h"
#include "proc/clock.h"
#include "proc/log.h"

#define MINTAGE_PATIENCE_MS 10000

/* --- trip 1 --------------------------------------------------------------------------------------------- */

static fault run_begin(struct core *c, struct job *j)
{
	struct token_ask ask;
	TRY(frame_get(&j->frame, &ask));
	j->request_id = ask.request_id;
	return minting_build(&c->flow, &ask, &j->arena, &j->answer);
}

static void done_begin(struct core *c, struct job *j)
{
	core_log(j);
	core_send(c, j);
}

const struct job_kind mintage_begin = { "token.begin", run_begin, NULL, done_begin };

/* --- trip 2 --------------------------------------------------------------------------------------------- */

struct answer_result {
	struct possession facts;
	struct mint mint;
};

static fault run_answer(struct core *c, struct job *j)
{
	struct answer_result *r = arena_alloc(&j->arena, sizeof(*r));
	NEED(r != NULL, SYS_MEMORY);
	TRY(frame_get(&j->frame, &r->facts));
	j->request_id = r->facts.request_id;
	j->result = r;
	return minting_get(&c->flow, &r->facts, &j->arena, &j->answer, &r->mint);
}

static fault refused_answer(struct core *c, struct job *j, fault why)
{
	const struct answer_result *r = j->result;
	if (r)
		minting_refuse(&c->flow, r->facts.peer, why);
	return NULL;
}

static fault ask(struct core *c, const struct job *j, enum frame_type type, const void *message)
{
	struct pending_item item = { .to = c->ca, .from = j->link, .from_id = j->frame.id,
				     .since_ms = clock_monotonic_ms() };
	NEED(c->ca != NULL, SYS_BUSY);
	NEED(bytes_copy(j->request_id, item.request_id, sizeof(item.request_id)), SYS_FRAME);
	return pending_send(c->minted, &item, type, message);
}

fault mintage_ask_notice(struct core *c, uint64_t id, const struct notice *n)
{
	struct pending_item item = { .to = c->ca, .from_id = id, .since_ms = clock_monotonic_ms() };
	NEED(c->ca != NULL, SYS_BUSY);
	return pending_send(c->minted, &item, FRAME_NOTICE, n);
}

void mintage_ask_result(struct core *c, struct job *j)
{
	j->answer.why = ask(c, j, FRAME_RESULT, j->answer.result);
}

static void done_answer(struct core *c, struct job *j)
{
	const struct answer_result *r = j->result;
	if (!j->answer.why && j->link)
		j->answer.why = ask(c, j, FRAME_MINT, &r->mint);
	core_log(j);
	if (j->answer.why)
		core_send(c, j);
}

const struct job_kind mintage_answer = { "token", run_answer, refused_answer, done_answer };

/* --- ca ------------------------------------------------------------------------------------------------- */

static void answer(struct core *c, const struct pending_item *item, const struct flow_answer *a)
{
	struct job j = { .link = item->from, .frame = { .id = item->from_id },
			 .request_id = BYTES_OF(item->request_id), .answer = *a };
	core_send(c, &j);
}

static void refuse(struct core *c, const struct pending_item *item, fault why, uint64_t retry_s)
{
	if (item->type == FRAME_NOTICE) {
		gather_take_token(c->gather, item->from_id, why, (struct bytes){ 0 });
		return;
	}
	LOG(WARNING, "token.refused", log_hex("request", BYTES_OF(item->request_id)), log_fault(why));
	answer(c, item, &(struct flow_answer){ .why = why, .retry_after_s = (uint32_t)retry_s });
}

static void grant_token(struct core *c, const struct pending_item *item, const struct minted *m)
{
	uint8_t memory[TRIP_DEVICE_TOKEN_MAX + 64];
	struct wr w = wr_of(memory, sizeof(memory));
	const struct token_grant g = { m->token, m->expires, (uint64_t)clock_now_s() };
	message_write(&token_grant_message, &g, &w);
	answer(c, item, &(struct flow_answer){ .status = 200, .content = FRAME_CONTENT_CBOR,
					       .body = wr_done(&w) });
}

/* A token has no character that JSON gives a meaning. */
static void grant_result(struct core *c, const struct pending_item *item, const struct minted *m)
{
	uint8_t memory[TRIP_DEVICE_TOKEN_MAX + 64];
	struct wr w = wr_of(memory, sizeof(memory));
	wr_bytes(&w, BYTES_TEXT("{\"attestationResult\":\""));
	wr_bytes(&w, m->token);
	wr_bytes(&w, BYTES_TEXT("\"}"));
	answer(c, item, &(struct flow_answer){ .status = 200, .content = FRAME_CONTENT_JSON,
					       .body = wr_done(&w) });
}

static void grant_notice(struct core *c, const struct pending_item *item, const struct minted *m)
{
	gather_take_token(c->gather, item->from_id, NULL, m->token);
}

/* By what ca was asked. */
static void (*const grants[FRAME_TYPE_COUNT])(struct core *c, const struct pending_item *item,
					      const struct minted *m) = {
	[FRAME_MINT] = grant_token,
	[FRAME_RESULT] = grant_result,
	[FRAME_NOTICE] = grant_notice,
};

void mintage_take(struct core *c, struct link *link, const struct frame *f)
{
	struct minted m;
	struct pending_item item;
	if (frame_get(f, &m) || !pending_take(c->minted, f->id, link, &item))
		return;
	if (m.token.n)
		grants[item.type](c, &item, &m);
	else
		refuse(c, &item, m.number ? fault_by_number(m.number) : FAIL(SYS_FRAME), m.retry_after_s);
}

void mintage_put_keys(struct core *c, struct link *link, const struct frame *f)
{
	struct mint_keys keys;
	(void)link;
	if (frame_get(f, &keys) || keys.jwks.n > sizeof(c->jwks))
		return;
	memcpy(c->jwks, keys.jwks.p, keys.jwks.n);
	c->served.jwks = bytes_of(c->jwks, keys.jwks.n);
}

void mintage_send_keys(const struct core *c, struct link *verify)
{
	const struct mint_keys keys = { c->served.jwks };
	if (verify && keys.jwks.p && link_send(verify, FRAME_MINT_KEYS, 0, &keys))
		LOG(ERROR, "keys.dropped", log_text("of", "device tokens"));
}

void mintage_forget(struct core *c, struct link *link)
{
	struct pending_item item;
	pending_forget(c->minted, link);
	while (pending_take_link(c->minted, link, &item))
		refuse(c, &item, FAIL(SYS_BUSY), 0);
}

void mintage_tick(struct core *c)
{
	struct pending_item item;
	while (pending_take_old(c->minted, clock_monotonic_ms() - MINTAGE_PATIENCE_MS, &item))
		refuse(c, &item, FAIL(SYS_BUSY), 0);
}
