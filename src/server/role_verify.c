#include "server/role_verify.h"

#include <stdlib.h>
#include <string.h>

#include "api/read.h"
#include "attest/alg.h"
#include "base/secret.h"
#include "flow/authcode.h"
#include "flow/eklisting.h"
#include "flow/examination.h"
#include "flow/inquiry.h"
#include "flow/missing.h"
#include "flow/provider.h"
#include "portal/portal.h"
#include "proc/child.h"
#include "proc/clock.h"
#include "proc/log.h"
#include "proc/sandbox.h"
#include "server/disk.h"
#include "server/pending.h"
#include "server/subscription.h"
#include "sign/hierarchy.h"
#include "wire/jose.h"
#include "wire/problem.h"

#define VERIFY_PENDING 8192
#define VERIFY_ARENA (8 * TRIP_BODY_MAX)
#define VERIFY_KEYS 65536
#define VERIFY_REQUEST_MS 2000 /* processor time of one request */
#define VERIFY_PATIENCE_MS 30000
#define VERIFY_SWEEP_MS 1000
#define VERIFY_LIFE 200000 /* requests until a fresh process takes over */

struct verify {
	struct role_id own;
	struct loop *loop;
	struct child *child;
	struct link *core;
	struct pending *pending;
	struct loop_event *sweep;
	struct arena arena;
	struct subscription *trusted;
	bool admits_expired_ca, admits_unlisted;
	struct read_site site;
	struct arena keys; /* of site.tokens */
	char url[SETTINGS_URL_SIZE];
	uint64_t served;
	fault why; /* why it ends before its time */
	bool stopping;
};

/* A request under examination: where its answer goes. */
struct asked {
	struct verify *v;
	struct link *from;
	uint64_t id;
	const struct request *request;
};

static void finish_stop(struct verify *v)
{
	bool is_spent = v->served >= VERIFY_LIFE;
	if ((v->stopping || is_spent) && pending_count(v->pending) == 0)
		loop_stop(v->loop);
}

static void refuse(struct link *to, uint64_t id, const struct problem *p, struct response r)
{
	uint8_t memory[PROBLEM_SIZE_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	problem_write(p, &w);
	r.status = (uint64_t)p->why->http;
	r.content = FRAME_CONTENT_PROBLEM;
	r.body = wr_done(&w);
	if (p->why->retry && !r.retry_after_s)
		r.retry_after_s = 1;
	if (link_send(to, FRAME_RESPONSE, id, &r))
		LOG(WARNING, "answer.dropped", log_hex("request", p->request_id));
}

static fault send_core(const struct asked *q, enum frame_type type, const void *facts)
{
	struct verify *v = q->v;
	struct pending_item item = { .to = v->core, .from = q->from, .from_id = q->id,
				     .since_ms = clock_monotonic_ms() };
	NEED(v->core != NULL, SYS_BUSY);
	NEED(bytes_copy(q->request->request_id, item.request_id, sizeof(item.request_id)), SYS_FRAME);
	return pending_send(v->pending, &item, type, facts);
}

static struct examination examination_of(const struct asked *q)
{
	return (struct examination){
		.request = q->request,
		.anchors = subscription_anchors(q->v->trusted),
		.snapshot = subscription_digest(q->v->trusted),
		.admits_expired_ca = q->v->admits_expired_ca,
		.admits_unlisted = q->v->admits_unlisted,
		.arena = &q->v->arena,
	};
}

static fault serve_begin(const struct asked *q)
{
	const struct examination x = examination_of(q);
	struct begin_facts facts;
	TRY(examination_begin(&x, &facts));
	return send_core(q, FRAME_BEGIN_FACTS, &facts);
}

static fault serve_answer(const struct asked *q)
{
	const struct examination x = examination_of(q);
	struct answer_facts facts;
	TRY(examination_answer(&x, &facts));
	return send_core(q, FRAME_ANSWER_FACTS, &facts);
}

static fault serve_token_begin(const struct asked *q)
{
	const struct examination x = examination_of(q);
	struct token_ask ask;
	TRY(examination_token_begin(&x, &ask));
	return send_core(q, FRAME_TOKEN_ASK, &ask);
}

static fault serve_token_answer(const struct asked *q)
{
	const struct examination x = examination_of(q);
	struct possession facts;
	TRY(examination_token_answer(&x, &facts));
	return send_core(q, FRAME_POSSESSION, &facts);
}

static fault serve_checkin(const struct asked *q)
{
	const struct examination x = examination_of(q);
	struct presence p;
	TRY(examination_checkin(&x, &p));
	return send_core(q, FRAME_PRESENCE, &p);
}

static fault serve_diagnostics(const struct asked *q)
{
	const struct examination x = examination_of(q);
	struct diagnostics d;
	TRY(examination_diagnostics(&x, &d));
	return send_core(q, FRAME_DIAGNOSTICS, &d);
}

/* The messages of devices; everything else is a row of the endpoint table. */
static const struct {
	const char *path;
	fault (*serve)(const struct asked *q);
} trips[] = {
	{ TRIP_PATH_BEGIN, serve_begin },
	{ TRIP_PATH_ANSWER, serve_answer },
	{ TRIP_PATH_TOKEN_BEGIN, serve_token_begin },
	{ TRIP_PATH_TOKEN_ANSWER, serve_token_answer },
	{ TRIP_PATH_CHECKIN, serve_checkin },
	{ TRIP_PATH_BUNDLE, serve_diagnostics },
};

static fault serve_trip(const struct asked *q, size_t i)
{
	NEED(is_bytes_text(q->request->method, "POST"), METHOD_UNKNOWN);
	NEED(is_bytes_text(q->request->content_type, TRIP_CONTENT_TYPE), PARSE_ENVELOPE);
	NEED(subscription_anchors(q->v->trusted) != NULL, SYS_BUSY);
	return trips[i].serve(q);
}

/* Whoever asks by OCSP is told in its own form what it asked wrongly. */
static fault serve_inquiry(const struct asked *q, struct read_notes *notes)
{
	uint8_t memory[16];
	struct inquiry i;
	struct wr w = wr_of(memory, sizeof(memory));
	fault why = inquiry_read(q->request, &q->v->arena, &i);
	if (!why)
		return send_core(q, FRAME_INQUIRY, &i);
	if (why == FAIL(METHOD_UNKNOWN))
		memcpy(notes->allow, "GET, POST", sizeof("GET, POST"));
	if (why != FAIL(PARSE_ENVELOPE))
		return why;
	ocsp_write_status(OCSP_MALFORMED, &w);
	const struct response r = { .status = 200, .content = FRAME_CONTENT_OCSP, .body = wr_done(&w) };
	return link_send(q->from, FRAME_RESPONSE, q->id, &r);
}

/* The portal's files are the same for everybody: no other role is asked for them, and nobody who they are. */
static fault serve_portal(const struct asked *q, const struct portal_file *file, struct read_notes *notes)
{
	struct response r;
	fault why = portal_answer(q->request, file, &r);
	if (why == FAIL(METHOD_UNKNOWN))
		memcpy(notes->allow, "GET, HEAD", sizeof("GET, HEAD"));
	TRY(why);
	return link_send(q->from, FRAME_RESPONSE, q->id, &r);
}

static fault serve_request(const struct asked *q, struct read_notes *notes)
{
	struct call call;
	bool is_admin = link_peer(q->from).role == ROLE_NET_ADMIN;
	for (size_t i = 0; !is_admin && i < COUNT_OF(trips); i++)
		if (is_bytes_text(q->request->target, trips[i].path))
			return serve_trip(q, i);
	if (!is_admin && is_inquiry_target(q->request->target))
		return serve_inquiry(q, notes);
	const struct portal_file *file = is_admin ? portal_find(q->request->target) : NULL;
	if (file)
		return serve_portal(q, file, notes);
	q->v->site.listener = is_admin ? ENDPOINT_ON_ADMIN : ENDPOINT_ON_DEVICE;
	TRY(read_call(q->request, &q->v->site, &q->v->arena, &call, notes));
	return send_core(q, FRAME_CALL, &call);
}

static void request(struct verify *v, struct link *link, const struct frame *frame)
{
	struct request r;
	struct read_notes notes = { 0 };
	if (frame_get(frame, &r))
		return;
	const struct asked q = { v, link, frame->id, &r };
	arena_reset(&v->arena);
	child_bound(VERIFY_REQUEST_MS);
	fault why = serve_request(&q, &notes);
	child_bound(0);
	v->served++;
	/* Spent: what comes from now on is the successor's, or what is pending would never come to an end. */
	if (v->served >= VERIFY_LIFE)
		link_pause(link);
	if (!why)
		return;
	if (!notes.allow[0] && why == FAIL(METHOD_UNKNOWN))
		memcpy(notes.allow, "POST", sizeof("POST"));
	LOG(INFO, "refused", log_hex("request", r.request_id), log_bytes("peer", r.peer), log_fault(why));
	const struct problem p = { why, r.request_id, notes.detail, notes.target };
	refuse(link, frame->id, &p,
	       (struct response){ .allow = bytes_text(notes.allow[0] ? notes.allow : NULL),
				  .reason = bytes_text(notes.reason) });
}

static bool take(struct verify *v, struct link *link, const struct frame *frame, struct pending_item *ret)
{
	return pending_take(v->pending, frame->id, link, ret) && ret->from;
}

static void response(struct verify *v, struct link *link, const struct frame *frame)
{
	struct response r;
	struct pending_item item;
	if (frame_get(frame, &r) || !take(v, link, frame, &item))
		return;
	if (link_send(item.from, FRAME_RESPONSE, item.from_id, &r))
		LOG(WARNING, "answer.dropped", log_hex("request", BYTES_OF(item.request_id)));
}

static void credential(struct verify *v, struct link *link, const struct frame *frame)
{
	struct credential c;
	struct pending_item item;
	struct response r = { .status = 200, .content = FRAME_CONTENT_CBOR };
	if (frame_get(frame, &c) || !take(v, link, frame, &item))
		return;
	arena_reset(&v->arena);
	child_bound(VERIFY_REQUEST_MS);
	fault why = examination_wrap(&c, &v->arena, &r.body);
	child_bound(0);
	const struct problem p = { why, BYTES_OF(item.request_id), NULL, NULL };
	if (why)
		refuse(item.from, item.from_id, &p, (struct response){ 0 });
	else if (link_send(item.from, FRAME_RESPONSE, item.from_id, &r))
		LOG(WARNING, "answer.dropped", log_hex("request", BYTES_OF(item.request_id)));
}

/* What fetch brought; core hears of nothing when it is not to be judged here, and asks again. */
static void examine(struct verify *v, struct link *link, const struct frame *frame)
{
	struct examine e;
	struct examined found;
	if (frame_get(frame, &e) || !subscription_anchors(v->trusted))
		return;
	arena_reset(&v->arena);
	child_bound(VERIFY_REQUEST_MS);
	const struct anchors *anchors = subscription_anchors(v->trusted);
	fault why = e.admin_idp.p ? authcode_examine(&e, anchors_idps(anchors), &v->arena, &found) :
		    e.idp.p	  ? provider_examine(&e, &v->arena, &found) :
		    e.point.p	  ? eklisting_examine(&e, &v->arena, &found) :
				    missing_examine(&e, anchors, &v->arena, &found);
	child_bound(0);
	if (why)
		found = (struct examined){ .number = fault_number(why) };
	if (link_send(link, FRAME_EXAMINED, frame->id, &found))
		LOG(WARNING, "answer.dropped", log_int("id", (int64_t)frame->id));
}

/*
 * --- the snapshot ----------------------------------------------------------------------------------------
 */

/* A verify that disagrees with core about what is trusted must not judge: parent starts a fresh one. */
static void end(struct verify *v, fault why)
{
	LOG(ERROR, "snapshot.mistaken", log_fault(why));
	v->why = why;
	loop_stop(v->loop);
}

static void change(struct verify *v, struct link *link, const struct frame *frame)
{
	struct change c;
	(void)link;
	fault why = frame_get(frame, &c);
	if (!why)
		why = subscription_begin(v->trusted, &c);
	if (why)
		end(v, why);
}

static void anchor(struct verify *v, struct link *link, const struct frame *frame)
{
	struct anchor a;
	(void)link;
	if (!frame_get(frame, &a))
		subscription_put(v->trusted, &a);
}

static void eklist(struct verify *v, struct link *link, const struct frame *frame)
{
	struct eklist list;
	(void)link;
	if (!frame_get(frame, &list))
		subscription_put_eklist(v->trusted, &list);
}

static void idps(struct verify *v, struct link *link, const struct frame *frame)
{
	(void)link;
	subscription_put_idps(v->trusted, frame->body);
}

/* What ca signs device tokens with from now on. */
static void mint_keys(struct verify *v, struct link *link, const struct frame *frame)
{
	struct mint_keys said;
	struct idp_document set = { 0 };
	(void)link;
	if (frame_get(frame, &said))
		return;
	arena_reset(&v->keys);
	fault why = jose_parse_keys(said.jwks, &v->keys, &set);
	if (why)
		LOG(ERROR, "keys.mistaken", log_text("of", "device tokens"), log_fault(why));
	v->site.tokens.keys = set.keys;
}

static void anchor_gone(struct verify *v, struct link *link, const struct frame *frame)
{
	struct anchor_gone gone;
	(void)link;
	if (!frame_get(frame, &gone))
		subscription_delete(v->trusted, &gone);
}

static void snapshot(struct verify *v, struct link *link, const struct frame *frame)
{
	struct snapshot s;
	(void)link;
	fault why = frame_get(frame, &s);
	if (!why)
		why = subscription_commit(v->trusted, &s);
	if (why) {
		end(v, why);
		return;
	}
	LOG(INFO, "snapshot", log_int("certificates", (int64_t)s.count), log_hex("digest", s.digest));
}

static void (*const handlers[FRAME_TYPE_COUNT])(struct verify *, struct link *, const struct frame *) = {
	[FRAME_REQUEST] = request,
	[FRAME_RESPONSE] = response,
	[FRAME_CREDENTIAL] = credential,
	[FRAME_EXAMINE] = examine,
	[FRAME_CHANGE] = change,
	[FRAME_ANCHOR] = anchor,
	[FRAME_ANCHOR_GONE] = anchor_gone,
	[FRAME_EKLIST] = eklist,
	[FRAME_IDPS] = idps,
	[FRAME_MINT_KEYS] = mint_keys,
	[FRAME_SNAPSHOT] = snapshot,
};

static void frame(void *self, struct link *link, const struct frame *f)
{
	struct verify *v = self;
	if (handlers[f->type])
		handlers[f->type](v, link, f);
	finish_stop(v);
}

static void drop(const struct pending_item *item)
{
	const struct problem p = { FAIL(SYS_BUSY), BYTES_OF(item->request_id), NULL, NULL };
	if (item->from)
		refuse(item->from, item->from_id, &p, (struct response){ 0 });
}

static void joined(void *self, struct role_id peer, struct link *link)
{
	struct verify *v = self;
	if (peer.role == ROLE_CORE)
		v->core = link;
}

static void left(void *self, struct role_id peer, struct link *link)
{
	struct verify *v = self;
	struct pending_item item;
	pending_forget(v->pending, link);
	while (pending_take_link(v->pending, link, &item))
		drop(&item);
	if (peer.role != ROLE_CORE)
		return;
	if (v->core == link)
		v->core = NULL;
	subscription_rollback(v->trusted);
}

static void sweep(void *self)
{
	struct verify *v = self;
	struct pending_item item;
	while (pending_take_old(v->pending, clock_monotonic_ms() - VERIFY_PATIENCE_MS, &item))
		drop(&item);
	finish_stop(v);
}

static void stop(void *self)
{
	struct verify *v = self;
	v->stopping = true;
	finish_stop(v);
}

static fault start(struct verify *v, const struct settings *s)
{
	char path[SETTINGS_FILE_SIZE];
	struct bytes root;
	uint32_t uid = settings_uid(s, v->own.role);
	TRY(disk_get_pem(settings_path(s, HIERARCHY_ROOT, path), &v->arena, &root));
	TRY(examination_check(root));
	TRY(alg_sha256(root, v->site.root_hash));
	v->site.tokens.url = bytes_text(settings_url(s, v->url));
	TRY(sandbox_enter(v->own.role, &(struct sandbox_plan){ .uid = uid, .gid = uid }));
	return child_ready(v->child);
}

fault role_verify_serve(struct role_id own, const struct settings *settings)
{
	struct verify v = { .own = own,
			    .loop = loop_new(),
			    .pending = pending_new(VERIFY_PENDING),
			    .trusted = subscription_new(),
			    .admits_expired_ca = settings->expired_ca,
			    .admits_unlisted = !settings->crl_required };
	const struct child_plan plan = {
		.self = &v, .joined = joined, .left = left, .frame = frame, .stop = stop
	};
	TRY(child_open(v.loop, own, &plan, &v.child));
	arena_init(&v.arena, VERIFY_ARENA);
	arena_init(&v.keys, VERIFY_KEYS);
	v.sweep = loop_timer_new(v.loop, sweep, &v);
	loop_timer_repeat(v.sweep, VERIFY_SWEEP_MS);
	fault why = start(&v, settings);
	if (why)
		child_refuse(v.child, why);
	else
		why = loop_run(v.loop);
	if (!why)
		why = v.why;
	subscription_free(v.trusted);
	loop_event_free(v.sweep);
	child_close(v.child);
	arena_done(&v.arena);
	arena_done(&v.keys);
	pending_free(v.pending);
	loop_free(v.loop);
	return why;
}
