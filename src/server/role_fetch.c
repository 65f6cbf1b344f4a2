#include "server/role_fetch.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "http/fetcher.h"
#include "proc/child.h"
#include "proc/log.h"
#include "proc/sandbox.h"

struct fetch_role {
	struct loop *loop;
	struct child *child;
	struct fetcher *fetcher;
	struct link *core;
	uint64_t id; /* of what core asked; zero: nothing */
	char url[FRAME_URL_MAX + 1];
	char place[FRAME_URL_MAX + 1]; /* of it, for the log: a query may have what is nobody's business */
};

static void answer(struct fetch_role *r, const struct fetcher_result *got)
{
	struct bytes detail = bytes_text(got->detail);
	const struct fetched f = {
		.number = fault_number(got->why),
		.detail = detail.n && is_text_printable(detail) ? detail : (struct bytes){ 0 },
		.body = bytes_unless_empty(got->body),
	};
	LOG(INFO, "fetch", log_text("url", r->place), log_int("octets", (int64_t)got->body.n),
	    log_fault(got->why), log_text("detail", got->detail));
	if (r->core && link_send(r->core, FRAME_FETCHED, r->id, &f))
		LOG(WARNING, "answer.dropped", log_text("url", r->place));
	r->id = 0;
}

static void done(void *of, const struct fetcher_result *got)
{
	answer(of, got);
}

/* core waits for each answer before it asks again; one that does not gets none. */
static void frame(void *self, struct link *link, const struct frame *f)
{
	struct fetch_role *r = self;
	struct fetch asked;
	if (frame_get(f, &asked) || r->id != 0)
		return;
	r->core = link;
	r->id = f->id;
	snprintf(r->url, sizeof(r->url), "%.*s", (int)asked.url.n, (const char *)asked.url.p);
	snprintf(r->place, sizeof(r->place), "%.*s", (int)strcspn(r->url, "?#"), r->url);
	const struct fetcher_form form = { asked.form, asked.basic, asked.size };
	fault why = asked.token.n ? fetcher_post(r->fetcher, r->url, asked.token) :
		    asked.form.n  ? fetcher_exchange(r->fetcher, r->url, &form) :
				    fetcher_run(r->fetcher, r->url, asked.size);
	if (why)
		answer(r, &(struct fetcher_result){ .why = why, .detail = "" });
}

static void left(void *self, struct role_id peer, struct link *link)
{
	struct fetch_role *r = self;
	(void)peer;
	if (r->core == link)
		r->core = NULL;
}

static void stop(void *self)
{
	const struct fetch_role *r = self;
	loop_stop(r->loop);
}

static fault start(struct fetch_role *r, struct role_id own, const struct settings *s)
{
	char resolver[SETTINGS_ADDRESS_SIZE] = "";
	uint32_t uid = settings_uid(s, own.role);
	if (s->fetch_resolver.host[0])
		settings_address(&s->fetch_resolver, resolver);
	const struct fetcher_plan plan = {
		.base = loop_base(r->loop),
		.hosts = s->fetch_hosts,
		.resolver = resolver,
		.anchors = s->fetch_anchors,
		.total_ms = (uint32_t)s->fetch_s * 1000,
		.size_max = FRAME_LIST_MAX,
		.done = done,
		.of = r,
	};
	fault why = fetcher_open(&plan, &r->fetcher);
	if (why)
		LOG(ERROR, "fetch.unusable", log_text("hosts", s->fetch_hosts),
		    log_text("resolver", resolver), log_text("anchors", s->fetch_anchors), log_fault(why));
	TRY(why);
	TRY(sandbox_enter(own.role, &(struct sandbox_plan){ .uid = uid, .gid = uid }));
	return child_ready(r->child);
}

fault role_fetch_serve(struct role_id own, const struct settings *settings)
{
	struct fetch_role r = { .loop = loop_new() };
	const struct child_plan plan = { .self = &r, .left = left, .frame = frame, .stop = stop };
	TRY(child_open(r.loop, own, &plan, &r.child));
	fault why = start(&r, own, settings);
	if (why)
		child_refuse(r.child, why);
	else
		why = loop_run(r.loop);
	fetcher_close(r.fetcher);
	child_close(r.child);
	loop_free(r.loop);
	return why;
}
