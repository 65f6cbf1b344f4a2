#include "server/role_net.h"

#include <stdlib.h>
#include <string.h>

#include "http/listener.h"
#include "proc/child.h"
#include "proc/clock.h"
#include "proc/log.h"
#include "proc/sandbox.h"
#include "server/pending.h"
#include "sign/hierarchy.h"
#include "wire/problem.h"
#include "wire/trip.h"

#define NET_PENDING 8192
#define NET_PATIENCE_MS 30000 /* a request without an answer for this long is answered "busy" */
#define NET_SWEEP_MS 1000
#define HTTP_OK 200
#define NET_ADMIN_BODY_MAX 131072
#define NET_BODIES_MAX (64 << 20) /* of all requests whose bodies have not come whole yet */

struct net {
	struct role_id own;
	struct loop *loop;
	struct child *child;
	struct listener *listener;
	struct pending *pending;
	struct loop_event *sweep;
	struct link *verifiers[ROLE_INSTANCES_MAX];
	size_t turn;
	bool stopping;
};

static const char *const content_types[] = {
	[FRAME_CONTENT_CBOR] = TRIP_CONTENT_TYPE,
	[FRAME_CONTENT_JSON] = "application/json",
	[FRAME_CONTENT_PROBLEM] = PROBLEM_CONTENT_TYPE,
	[FRAME_CONTENT_CERT] = "application/pkix-cert",
	[FRAME_CONTENT_CRL] = "application/pkix-crl",
	[FRAME_CONTENT_OCSP] = "application/ocsp-response",
	[FRAME_CONTENT_CAB] = "application/vnd.ms-cab-compressed",
	[FRAME_CONTENT_CSV] = "text/csv; charset=utf-8",
	[FRAME_CONTENT_TEXT] = "text/plain; charset=utf-8",
	[FRAME_CONTENT_PAGE] = "text/html; charset=utf-8",
	[FRAME_CONTENT_SCRIPT] = "text/javascript; charset=utf-8",
	[FRAME_CONTENT_STYLE] = "text/css; charset=utf-8",
	[FRAME_CONTENT_IMAGE] = "image/svg+xml",
};

/* The next verifier in turn that is there. */
static struct link *find_verifier(struct net *n)
{
	for (size_t i = 0; i < ROLE_INSTANCES_MAX; i++) {
		struct link *l = n->verifiers[n->turn++ % ROLE_INSTANCES_MAX];
		if (l)
			return l;
	}
	return NULL;
}

static fault hand_on(struct net *n, struct exchange *e)
{
	const struct exchange_request *r = exchange_request(e);
	struct link *to = find_verifier(n);
	NEED(to != NULL, SYS_BUSY);
	const bool is_admin = n->own.role == ROLE_NET_ADMIN; /* devices have no sessions */
	const struct bytes none = { 0 };
	struct pending_item item = { .to = to, .since_ms = clock_monotonic_ms(), .of = e };
	const struct request request = {
		.request_id = BYTES_OF(r->id),
		.now = (uint64_t)clock_now_s(),
		.peer = bytes_text(r->peer),
		.server_key_hash = bytes_of(listener_key_hash(n->listener), LISTENER_KEY_HASH_SIZE),
		.method = r->method,
		.target = r->target,
		.content_type = r->content_type,
		.authorization = r->authorization,
		.if_match = r->if_match,
		.if_none_match = r->if_none_match,
		.client_cert = r->client_cert,
		.host = r->host,
		.body = bytes_unless_empty(r->body),
		.certificate = r->certificate,
		.cookie = is_admin ? r->cookie : none,
		.csrf = is_admin ? r->csrf : none,
		.position = r->position,
	};
	fault why = pending_send(n->pending, &item, FRAME_REQUEST, &request);
	return why == FAIL(BUG) ? FAIL(HTTP_MALFORMED) : why;
}

/* In the middle of an answer nothing can be said any more. */
static void refuse(struct exchange *e, fault why)
{
	if (exchange_request(e)->position.p)
		exchange_cut(e);
	else
		exchange_send_fault(e, why, NULL);
}

/* The whole of a request, or for the next part of its answer. */
static void serve(void *of, struct exchange *e)
{
	struct net *n = of;
	fault why = hand_on(n, e);
	if (why)
		refuse(e, why);
}

static void drop(struct pending_item *item)
{
	refuse(item->of, FAIL(SYS_BUSY));
}

static void finish_stop(struct net *n)
{
	if (n->stopping && !n->listener && pending_count(n->pending) == 0)
		loop_stop(n->loop);
}

/* Graph's clients read errors of plain JSON alone; a problem document has its members and Graph's. */
static const char *content_type(const struct exchange *e, uint64_t content)
{
	struct bytes target = exchange_request(e)->target;
	if (content == FRAME_CONTENT_PROBLEM && is_bytes_text(bytes_slice(target, 0, 7), "/graph/"))
		content = FRAME_CONTENT_JSON;
	return content ? content_types[content] : NULL;
}

static void answer(void *self, struct link *link, const struct frame *frame)
{
	struct net *n = self;
	struct response r;
	struct pending_item item;
	if (frame_get(frame, &r) || !pending_take(n->pending, frame->id, link, &item))
		return;
	const struct reply reply = {
		.status = (int)r.status,
		.content_type = content_type(item.of, r.content),
		.body = r.body,
		.retry_after_s = (uint32_t)r.retry_after_s,
		.allow = r.allow,
		.etag = r.etag,
		.reason = r.reason,
		.is_page = r.content >= FRAME_CONTENT_PAGE,
		.cookie = r.cookie,
		.file = r.file,
	};
	bool is_begun = exchange_request(item.of)->position.p != NULL;
	if (is_begun && r.status != HTTP_OK)
		exchange_cut(item.of);
	else if (is_begun || r.more.p)
		exchange_send_part(item.of, &reply, r.more);
	else
		exchange_send(item.of, &reply);
	finish_stop(n);
}

static void joined(void *self, struct role_id peer, struct link *link)
{
	struct net *n = self;
	n->verifiers[peer.instance % ROLE_INSTANCES_MAX] = link;
}

static void left(void *self, struct role_id peer, struct link *link)
{
	struct net *n = self;
	struct pending_item item;
	if (n->verifiers[peer.instance % ROLE_INSTANCES_MAX] == link)
		n->verifiers[peer.instance % ROLE_INSTANCES_MAX] = NULL;
	while (pending_take_link(n->pending, link, &item))
		drop(&item);
	finish_stop(n);
}

static void sweep(void *self)
{
	struct net *n = self;
	struct pending_item item;
	while (pending_take_old(n->pending, clock_monotonic_ms() - NET_PATIENCE_MS, &item))
		drop(&item);
	finish_stop(n);
}

static void listener_gone(void *self)
{
	struct net *n = self;
	n->listener = NULL;
	finish_stop(n);
}

static void stop(void *self)
{
	struct net *n = self;
	n->stopping = true;
	if (n->listener)
		listener_close(n->listener, listener_gone, n);
	else
		loop_stop(n->loop);
}

static fault open_listener(struct net *n, const struct settings *s)
{
	bool is_admin = n->own.role == ROLE_NET_ADMIN;
	char certificate[SETTINGS_FILE_SIZE], key[SETTINGS_FILE_SIZE];
	const struct listener_plan plan = {
		.base = loop_base(n->loop),
		.fd = child_listener(n->child),
		.certificate_path =
			settings_path(s, is_admin ? HIERARCHY_ADMIN : HIERARCHY_DEVICE, certificate),
		.key_path = settings_path(s, is_admin ? HIERARCHY_ADMIN_KEY : HIERARCHY_DEVICE_KEY, key),
		.body_max = is_admin ? NET_ADMIN_BODY_MAX : s->body_max,
		.bodies_max = NET_BODIES_MAX,
		.connections_max = (uint32_t)s->connections,
		.peer_max = (uint32_t)s->peer_connections,
		.asks_certificate = !is_admin,
		.deadlines = LISTENER_DEADLINES,
		.serve = serve,
		.resume = serve,
		.of = n,
	};
	return listener_open(&plan, &n->listener);
}

static fault start(struct net *n, const struct settings *s)
{
	uint32_t uid = settings_uid(s, n->own.role);
	TRY(open_listener(n, s));
	TRY(sandbox_enter(n->own.role, &(struct sandbox_plan){ .uid = uid, .gid = uid }));
	return child_ready(n->child);
}

fault role_net_serve(struct role_id own, const struct settings *settings)
{
	struct net n = { .own = own, .loop = loop_new(), .pending = pending_new(NET_PENDING) };
	const struct child_plan plan = {
		.self = &n, .joined = joined, .left = left, .frame = answer, .stop = stop
	};
	TRY(child_open(n.loop, own, &plan, &n.child));
	n.sweep = loop_timer_new(n.loop, sweep, &n);
	loop_timer_repeat(n.sweep, NET_SWEEP_MS);
	fault why = start(&n, settings);
	if (why)
		child_refuse(n.child, why);
	else
		why = loop_run(n.loop);
	loop_event_free(n.sweep);
	child_close(n.child);
	pending_free(n.pending);
	loop_free(n.loop);
	return why;
}
