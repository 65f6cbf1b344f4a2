#include "flow/notifying.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flow/backoff.h"
#include "store/store_delivery.h"

#define PAGE 100 /* of what is given up, */
#define PAGES_MAX 100 /* and so many when it is too old */
#define SCRATCH_SIZE (1 << 20)
#define PAUSE_MAX_S 3600

/* --- what happens --------------------------------------------------------------------------------------- */

static fault put_one(struct flow *f, const struct store_webhook *w, struct notice n, struct arena *a)
{
	struct store_delivery row = { .webhook_id = w->id, .device_id = n.device_id,
				      .created = f->now, .due = f->now };
	TRY(flow_id_new(f, a, &row.id));
	n.id = row.id;
	n.time = (uint64_t)f->now;
	n.audience = w->url;
	TRY(flow_encode(&notice_message, &n, a, &row.notice));
	f->notices++;
	return store_delivery_put(f->store, &row);
}

fault notifying_put(struct flow *f, const struct notice *what, struct arena *a)
{
	struct store_webhook_list list;
	TRY(store_webhook_list(f->store, a, &list));
	for (size_t i = 0; i < list.n; i++)
		TRY(put_one(f, &list.v[i], *what, a));
	return NULL;
}

/* --- delivery ------------------------------------------------------------------------------------------- */

static fault find_next(struct flow *f, uint64_t tries, int64_t *ret)
{
	const struct backoff_rule rule = { f->limits->webhook_retry_s, PAUSE_MAX_S };
	return backoff_find_by(f, &rule, tries, ret);
}

/* What will not be told any more: its webhook counts it, the audit names it. */
static fault give_up(struct flow *f, struct store_webhook *w, const struct store_delivery *d,
		     const char *why, struct arena *a)
{
	char id[TEXT_UUID_SIZE], device[TEXT_UUID_SIZE] = "none";
	if (d->device_id.p)
		text_uuid(d->device_id.p, device);
	const struct flow_deed deed = {
		.actor = "assayd",
		.action = "webhook.lost",
		.target = w->id,
		.detail = arena_format(a, "notice %s of device %s, %s, after %llu attempts",
				       text_uuid(d->id.p, id), device, why, (unsigned long long)d->tries),
	};
	w->lost++;
	TRY(store_webhook_update(f->store, w));
	TRY(store_delivery_delete(f->store, d->id));
	return flow_note(f, &deed);
}

/*
 * The first that is due and can be read, or NULL; at most PAGE that cannot be, which no attempt would mend,
 * are given up.
 */
static fault find_readable(struct flow *f, struct store_webhook *w, struct arena *a,
			   struct notice *ret_notice, struct store_delivery **ret)
{
	struct store_delivery *d = NULL;
	*ret = NULL;
	for (size_t i = 0; i < PAGE && !*ret; i++) {
		TRY(store_delivery_find_due(f->store, w->id, f->now, a, &d));
		if (!d)
			return NULL;
		if (message_parse(&notice_message, d->notice, ret_notice))
			TRY(give_up(f, w, d, "unreadable", a));
		else
			*ret = d;
	}
	return NULL;
}

/* Whoever dies on the way to the receiver leaves the notice with its next attempt. */
static fault begin(struct flow *f, struct store_webhook *w, struct store_delivery *d,
		   struct notifying_turn *ret)
{
	TRY(find_next(f, d->tries++, &d->due));
	TRY(store_delivery_update(f->store, d));
	w->tried = f->now;
	TRY(store_webhook_update(f->store, w));
	ret->notice.issued = (uint64_t)f->now;
	ret->id = d->id;
	ret->url = w->url;
	return NULL;
}

fault notifying_find_due(struct flow *f, struct arena *a, struct notifying_turn *ret)
{
	struct store_webhook_list list;
	struct store_delivery *d = NULL;
	*ret = (struct notifying_turn){ 0 };
	TRY(store_webhook_list(f->store, a, &list));
	for (size_t i = 0; i < list.n && !d; i++) {
		if (list.v[i].due > f->now)
			continue;
		TRY(find_readable(f, &list.v[i], a, &ret->notice, &d));
		if (d)
			TRY(begin(f, &list.v[i], d, ret));
	}
	return NULL;
}

fault notifying_finish(struct flow *f, const struct notifying_result *r, struct arena *a)
{
	struct store_delivery *d = NULL;
	struct store_webhook *w = NULL;
	TRY(store_delivery_find(f->store, r->id, a, &d));
	if (!d)
		return NULL;
	TRY(store_webhook_find(f->store, d->webhook_id, a, &w));
	NEED(w != NULL, BUG);
	if (r->why) {
		TRY(find_next(f, w->tries++, &w->due));
		w->fault = bytes_text(r->why->name);
		w->detail = bytes_unless_empty(r->detail);
		return store_webhook_update(f->store, w);
	}
	w->tries = 0;
	w->due = 0;
	w->fault = w->detail = (struct bytes){ 0 };
	w->delivered = f->now;
	w->sent++;
	TRY(store_webhook_update(f->store, w));
	return store_delivery_delete(f->store, d->id);
}

static fault prune_one(struct flow *f, const struct store_delivery *d, struct arena *a)
{
	struct store_webhook *w = NULL;
	TRY(store_webhook_find(f->store, d->webhook_id, a, &w));
	NEED(w != NULL, BUG);
	return give_up(f, w, d, "too old", a);
}

static fault prune_page(struct flow *f, struct arena *a, size_t *ret_n)
{
	struct store_delivery_list list;
	int64_t before = f->now - (int64_t)f->limits->webhook_days * 86400;
	TRY(store_delivery_list_old(f->store, before, PAGE, a, &list));
	for (size_t i = 0; i < list.n; i++)
		TRY(prune_one(f, &list.v[i], a));
	*ret_n = list.n;
	return NULL;
}

fault notifying_prune(struct flow *f)
{
	struct arena scratch;
	size_t n = PAGE;
	fault why = NULL;
	arena_init(&scratch, SCRATCH_SIZE);
	for (size_t i = 0; i < PAGES_MAX && n == PAGE && !why; i++) {
		arena_reset(&scratch);
		why = prune_page(f, &scratch, &n);
	}
	arena_done(&scratch);
	return why;
}

/* --- records -------------------------------------------------------------------------------------------- */

static bool is_url(struct bytes url)
{
	const struct bytes scheme = BYTES_TEXT("https://");
	if (url.n <= scheme.n || !is_bytes_equal(bytes_slice(url, 0, scheme.n), scheme))
		return false;
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || memchr("\"\\#@<>", url.p[i], 6))
			return false;
	return url.p[scheme.n] != '/';
}

static fault view(struct flow *f, const struct store_webhook *row, struct notifying_view *ret)
{
	ret->row = row;
	return store_delivery_count(f->store, row->id, &ret->waiting);
}

fault notifying_add(struct flow *f, const struct webhook_new *in, struct notifying_order *o,
		    struct notifying_view *ret)
{
	struct store_webhook *row = arena_alloc(o->a, sizeof(*row));
	NEED(row != NULL, SYS_MEMORY);
	o->detail = "url: an address of https without user and fragment.";
	NEED(is_url(in->url), PARSE_FIELD);
	o->detail = "displayName: it has none.";
	NEED(in->display_name.n, PARSE_FIELD);
	o->detail = NULL;
	*row = (struct store_webhook){ .name = in->display_name, .url = in->url, .created = f->now };
	TRY(flow_id_new(f, o->a, &row->id));
	TRY(store_webhook_put(f->store, row));
	TRY(view(f, row, ret));
	return flow_audit(f, o->by->name, "webhook.add", row->id, o->by->request_id);
}

static fault get(struct flow *f, struct bytes name, struct arena *a, struct store_webhook **ret)
{
	TRY(store_webhook_find_by_name(f->store, name, a, ret));
	return *ret ? NULL : FAIL(NOT_FOUND);
}

fault notifying_get(struct flow *f, struct bytes name, struct arena *a, struct notifying_view *ret)
{
	struct store_webhook *row;
	TRY(get(f, name, a, &row));
	return view(f, row, ret);
}

fault notifying_delete(struct flow *f, struct bytes name, struct notifying_order *o)
{
	struct store_webhook *row;
	TRY(get(f, name, o->a, &row));
	TRY(store_webhook_delete(f->store, row->id));
	return flow_audit(f, o->by->name, "webhook.remove", row->id, o->by->request_id);
}

fault notifying_try(struct flow *f, struct bytes name, struct notifying_order *o)
{
	struct store_webhook *row;
	TRY(get(f, name, o->a, &row));
	/* Somebody waits for it: it is asked at once, however long it has failed. */
	row->due = 0;
	TRY(store_webhook_update(f->store, row));
	TRY(put_one(f, row, (struct notice){ .kind = NOTICE_TRIAL }, o->a));
	return flow_audit(f, o->by->name, "webhook.test", row->id, o->by->request_id);
}

static int by_name(const void *a, const void *b)
{
	const struct store_webhook *x = a, *y = b;
	return bytes_compare(x->name, y->name);
}

fault notifying_list(struct flow *f, struct arena *a, struct notifying_view ret[static STORE_WEBHOOK_MAX],
		     size_t *ret_n)
{
	struct store_webhook_list list;
	TRY(store_webhook_list(f->store, a, &list));
	NEED(list.n <= STORE_WEBHOOK_MAX, BUG);
	if (list.n)
		qsort(list.v, list.n, sizeof(*list.v), by_name);
	for (size_t i = 0; i < list.n; i++)
		TRY(view(f, &list.v[i], &ret[i]));
	*ret_n = list.n;
	return NULL;
}
