#include "server/role_ca.h"

#include <stdlib.h>
#include <string.h>

#include "cert/tbs.h"
#include "proc/child.h"
#include "proc/clock.h"
#include "proc/log.h"
#include "proc/sandbox.h"
#include "sign/authority.h"
#include "sign/hierarchy.h"
#include "sign/responder.h"

#define CA_BATCH 128
#define CA_REQUEST_MAX 1024

/* A request whose line is in the log's buffer and waits for the disk. */
struct waiting {
	struct link *link;
	uint64_t id;
	size_t n;
	uint8_t octets[CA_REQUEST_MAX];
};

struct ca {
	struct loop *loop;
	struct child *child;
	struct authority *authority;
	struct responder *responder;
	struct minter *minter;
	struct loop_event *batch;
	char url[SETTINGS_URL_SIZE];
	size_t n;
	struct waiting waiting[CA_BATCH];
	uint8_t list[FRAME_SIGNED_MAX]; /* signed and not handed on yet */
};

static void refuse(struct ca *c, struct link *link, uint64_t id, fault why)
{
	const struct refused r = {
		.number = fault_number(why),
		.retry_after_s =
			why == FAIL(SIGNER_RATE) ? authority_retry_s(c->authority, clock_now_s()) : 0,
	};
	LOG(WARNING, "sign.refused", log_fault(why));
	if (link_send(link, FRAME_REFUSED, id, &r))
		LOG(WARNING, "answer.dropped", log_int("id", (int64_t)id));
}

static void send_der(struct link *link, uint64_t id, struct bytes der)
{
	const struct issued i = { der };
	if (link_send(link, FRAME_ISSUED, id, &i))
		LOG(WARNING, "answer.dropped", log_int("id", (int64_t)id));
}

static fault sign_one(struct ca *c, const struct waiting *w)
{
	struct issue i;
	uint8_t memory[TBS_CERTIFICATE_MAX];
	struct wr out = wr_of(memory, sizeof(memory));
	TRY(message_parse(&issue_message, bytes_of(w->octets, w->n), &i));
	TRY(authority_sign(c->authority, &i, &out));
	send_der(w->link, w->id, wr_done(&out));
	return NULL;
}

/* All lines that came together share one disk write; nothing is signed before it. */
static void sign_batch(void *self)
{
	struct ca *c = self;
	fault durable = authority_sync(c->authority);
	for (size_t i = 0; i < c->n; i++) {
		const struct waiting *w = &c->waiting[i];
		if (!w->link)
			continue;
		fault why = durable ? durable : sign_one(c, w);
		if (why)
			refuse(c, w->link, w->id, why);
	}
	c->n = 0;
}

static fault enqueue(struct ca *c, struct link *link, const struct frame *f)
{
	struct issue i;
	TRY(frame_get(f, &i));
	NEED(f->body.n <= CA_REQUEST_MAX, SYS_FRAME);
	if (c->n == CA_BATCH)
		sign_batch(c);
	TRY(authority_put(c->authority, &i, clock_now_s()));
	struct waiting *w = &c->waiting[c->n++];
	*w = (struct waiting){ .link = link, .id = f->id, .n = f->body.n };
	memcpy(w->octets, f->body.p, f->body.n);
	loop_deferred_start(c->batch);
	return NULL;
}

static fault sign_crl(struct ca *c, const struct frame *f, struct wr *w)
{
	struct crl request;
	TRY(frame_get(f, &request));
	return authority_sign_crl(c->authority, &request, clock_now_s(), w);
}

static void list(struct ca *c, struct link *link, const struct frame *f)
{
	struct wr w = wr_of(c->list, FRAME_SIGNED_MAX);
	fault why = sign_crl(c, f, &w);
	const struct signed_der s = { fault_number(why), why ? (struct bytes){ 0 } : wr_done(&w) };
	if (why)
		LOG(WARNING, "crl.refused", log_fault(why));
	if (link_send(link, FRAME_SIGNED, f->id, &s))
		LOG(WARNING, "answer.dropped", log_int("id", (int64_t)f->id));
}

/* Nothing waits for the disk here: a token is over before anybody could look it up. */
static fault sign_token(struct ca *c, const struct frame *f, struct minted *ret, struct wr *w)
{
	struct mint request;
	TRY(frame_get(f, &request));
	TRY(minter_sign(c->minter, &request, clock_now_s(), w));
	*ret = (struct minted){ .token = wr_done(w), .expires = request.expires };
	LOG(INFO, "minted", log_hex("token", request.id), log_hex("device", request.device_id));
	return NULL;
}

static fault sign_result(struct ca *c, const struct frame *f, struct minted *ret, struct wr *w)
{
	struct result request;
	TRY(frame_get(f, &request));
	TRY(minter_sign_result(c->minter, &request, clock_now_s(), w));
	*ret = (struct minted){ .token = wr_done(w), .expires = request.expires };
	LOG(INFO, "result", log_hex("token", request.id), log_hex("device", request.device_id));
	return NULL;
}

static fault sign_notice(struct ca *c, const struct frame *f, struct minted *ret, struct wr *w)
{
	struct notice request;
	TRY(frame_get(f, &request));
	TRY(minter_sign_notice(c->minter, &request, clock_now_s(), w));
	*ret = (struct minted){ .token = wr_done(w) };
	return NULL;
}

static fault (*const statements[FRAME_TYPE_COUNT])(struct ca *, const struct frame *, struct minted *,
						   struct wr *) = {
	[FRAME_MINT] = sign_token,
	[FRAME_RESULT] = sign_result,
	[FRAME_NOTICE] = sign_notice,
};

static void mint(struct ca *c, struct link *link, const struct frame *f)
{
	uint8_t memory[TRIP_DEVICE_TOKEN_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	struct minted minted = { 0 };
	fault why = statements[f->type](c, f, &minted, &w);
	if (why) {
		LOG(WARNING, "mint.refused", log_fault(why));
		minted.number = fault_number(why);
		minted.retry_after_s = minter_retry_s(c->minter, clock_now_s());
	}
	if (link_send(link, FRAME_MINTED, f->id, &minted))
		LOG(WARNING, "answer.dropped", log_int("id", (int64_t)f->id));
}

static fault sign_head(struct ca *c, const struct frame *f, struct wr *w)
{
	struct audit_head head;
	TRY(frame_get(f, &head));
	return minter_sign_head(c->minter, &head, clock_now_s(), w);
}

static void seal(struct ca *c, struct link *link, const struct frame *f)
{
	uint8_t memory[AUDIT_TOKEN_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	fault why = sign_head(c, f, &w);
	const struct audit_seal s = { fault_number(why), why ? (struct bytes){ 0 } : wr_done(&w) };
	if (why)
		LOG(WARNING, "head.refused", log_fault(why));
	if (link_send(link, FRAME_AUDIT_SEAL, f->id, &s))
		LOG(WARNING, "answer.dropped", log_int("id", (int64_t)f->id));
}

static fault sign_answer(struct ca *c, const struct frame *f, struct wr *w)
{
	struct standing s;
	TRY(frame_get(f, &s));
	return responder_sign(c->responder, &s, clock_now_s(), w);
}

static void stand(struct ca *c, struct link *link, const struct frame *f)
{
	uint8_t memory[FRAME_ANSWER_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	fault why = sign_answer(c, f, &w);
	const struct answered a = { fault_number(why), why ? (struct bytes){ 0 } : wr_done(&w) };
	if (why)
		LOG(WARNING, "ocsp.refused", log_fault(why));
	if (link_send(link, FRAME_ANSWERED, f->id, &a))
		LOG(WARNING, "answer.dropped", log_int("id", (int64_t)f->id));
}

static void issue(struct ca *c, struct link *link, const struct frame *f)
{
	fault why = enqueue(c, link, f);
	if (why)
		refuse(c, link, f->id, why);
}

static void (*const handlers[FRAME_TYPE_COUNT])(struct ca *, struct link *, const struct frame *) = {
	[FRAME_ISSUE] = issue,
	[FRAME_CRL] = list,
	[FRAME_MINT] = mint,
	[FRAME_RESULT] = mint,
	[FRAME_NOTICE] = mint,
	[FRAME_STANDING] = stand,
	[FRAME_AUDIT_HEAD] = seal,
};

static void frame(void *self, struct link *link, const struct frame *f)
{
	struct ca *c = self;
	handlers[f->type](c, link, f);
}

static void joined(void *self, struct role_id peer, struct link *link)
{
	struct ca *c = self;
	const struct mint_keys keys = { minter_keys(c->minter) };
	if (peer.role == ROLE_CORE && link_send(link, FRAME_MINT_KEYS, 0, &keys))
		LOG(ERROR, "keys.dropped", log_text("of", "device tokens"));
}

static void left(void *self, struct role_id peer, struct link *link)
{
	struct ca *c = self;
	(void)peer;
	for (size_t i = 0; i < c->n; i++)
		if (c->waiting[i].link == link)
			c->waiting[i].link = NULL;
}

static void stop(void *self)
{
	struct ca *c = self;
	sign_batch(c);
	loop_stop(c->loop);
}

struct minter_plan role_ca_minter(const struct settings *s, char url[static SETTINGS_URL_SIZE])
{
	return (struct minter_plan){ s->data, bytes_text(settings_url(s, url)), s->ca_rate,
				     settings_uid(s, ROLE_CA) };
}

/* The address goes into every certificate, so core takes it from the same place (server/role_core.c). */
static fault start(struct ca *c, struct role_id own, const struct settings *s)
{
	uint32_t uid = settings_uid(s, own.role);
	const struct minter_plan tokens = role_ca_minter(s, c->url);
	const struct authority_plan plan = { s->data, tokens.url, settings_lists(s), s->ca_rate };
	TRY(authority_open(&plan, &c->authority));
	TRY(responder_open(c->authority, clock_now_s(), &c->responder));
	TRY(minter_open(&tokens, &c->minter));
	TRY(sandbox_enter(own.role, &(struct sandbox_plan){ .uid = uid, .gid = uid }));
	return child_ready(c->child);
}

fault role_ca_serve(struct role_id own, const struct settings *settings)
{
	struct ca *c = calloc(1, sizeof(*c));
	NEED(c != NULL, SYS_MEMORY);
	c->loop = loop_new();
	const struct child_plan plan = {
		.self = c, .joined = joined, .left = left, .frame = frame, .stop = stop
	};
	TRY(child_open(c->loop, own, &plan, &c->child));
	c->batch = loop_deferred_new(c->loop, sign_batch, c);
	fault why = start(c, own, settings);
	if (why)
		child_refuse(c->child, why);
	else
		why = loop_run(c->loop);
	loop_event_free(c->batch);
	responder_close(c->responder);
	authority_close(c->authority);
	minter_close(c->minter);
	child_close(c->child);
	loop_free(c->loop);
	free(c);
	return why;
}
