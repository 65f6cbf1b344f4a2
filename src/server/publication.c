#include "server/publication.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "flow/provider.h"
#include "proc/log.h"

#define PAGE 100
#define PAGE_ARENA (PAGE * 16384)
#define LIST_ARENA (EKLIST_MAX + 65536)

/* How far a reader has come with certificates or lists of a whole snapshot. */
struct progress {
	bool is_over;
	size_t sent; /* octets of last: 0 until the first is sent */
	uint8_t last[ANCHORS_HASH_SIZE];
};

struct reader {
	struct link *link; /* NULL: the place is free */
	bool is_whole;     /* it has the snapshot in force; what changes is enough */
	bool has_begun;    /* it was told that something changes, and not yet that this is all */
	struct progress anchors, eklists;
};

struct publication {
	struct flow *flow;
	struct roll *roll;
	bool is_changed;
	struct reader readers[ROLE_INSTANCES_MAX];
};

struct publication *publication_new(struct flow *f)
{
	struct publication *p = heap_need(calloc(1, sizeof(*p)));
	p->flow = f;
	p->roll = roll_new();
	return p;
}

void publication_free(struct publication *p)
{
	if (p)
		roll_free(p->roll);
	free(p);
}

/* A page of the stored certificates after that fingerprint; each says whether it wants the next. */
static fault read_page(struct publication *p, struct bytes after, struct arena *a,
		       struct store_anchor_list *ret)
{
	const struct store_page page = { .limit = PAGE, .after = after };
	arena_reset(a);
	return store_anchor_list(p->flow->store, page, a, ret);
}

/* The same of the lists, without what is in them. */
static fault read_lists(struct publication *p, struct bytes after, struct arena *a,
			struct store_eklist_list *ret)
{
	const struct store_page page = { .limit = PAGE, .after = after };
	arena_reset(a);
	return store_eklist_list(p->flow->store, page, a, ret);
}

static fault read_all_lists(struct publication *p, struct arena *a)
{
	uint8_t last[ANCHORS_HASH_SIZE];
	struct bytes after = { 0 };
	struct store_eklist_list list = { .n = PAGE };
	while (list.n == PAGE) {
		TRY(read_lists(p, after, a, &list));
		for (size_t i = 0; i < list.n; i++)
			if (list.v[i].digest.p)
				roll_put(p->roll, &(struct roll_change){ .fingerprint = list.v[i].id,
									 .list = &list.v[i] });
		if (list.n && bytes_copy(list.v[list.n - 1].id, last, sizeof(last)))
			after = BYTES_OF(last);
	}
	return NULL;
}

static fault read_all_anchors(struct publication *p, struct arena *a)
{
	uint8_t last[ANCHORS_HASH_SIZE];
	struct bytes after = { 0 };
	struct store_anchor_list list = { .n = PAGE };
	while (list.n == PAGE) {
		TRY(read_page(p, after, a, &list));
		for (size_t i = 0; i < list.n; i++)
			roll_put(p->roll, &(struct roll_change){ .fingerprint = list.v[i].fingerprint,
								 .put = &list.v[i] });
		if (list.n && bytes_copy(list.v[list.n - 1].fingerprint, last, sizeof(last)))
			after = BYTES_OF(last);
	}
	return NULL;
}

static fault read_idps(struct publication *p, struct arena *a)
{
	struct roll_change change = { 0 };
	arena_reset(a);
	TRY(provider_build_all(p->flow, a, &change.idps));
	roll_put(p->roll, &change);
	return NULL;
}

fault publication_open(struct publication *p)
{
	struct arena a;
	arena_init(&a, PAGE_ARENA);
	fault why = read_all_anchors(p, &a);
	if (!why)
		why = read_all_lists(p, &a);
	if (!why)
		why = read_idps(p, &a);
	arena_done(&a);
	roll_digest(p->roll, p->flow->snapshot);
	return why;
}

/*
 * --- what is said ----------------------------------------------------------------------------------------
 */

static fault send_begin(struct reader *r, struct bytes base)
{
	const struct change change = { base };
	if (r->has_begun)
		return NULL;
	TRY(link_send(r->link, FRAME_CHANGE, 0, &change));
	r->has_begun = true;
	return NULL;
}

static fault send_put(struct reader *r, const struct store_anchor *row)
{
	const struct anchors_record record = roll_record(row);
	const struct anchor anchor = { row->certificate, record.maker, record.class, record.role };
	return link_send(r->link, FRAME_ANCHOR, 0, &anchor);
}

static fault send_list_of(const struct publication *p, struct reader *r, struct bytes id, struct arena *a)
{
	struct store_eklist_body *body = NULL;
	struct eklist list;
	TRY(store_eklist_get_body(p->flow->store, id, a, &body));
	NEED(!message_parse(&eklist_message, body->body, &list), BUG);
	return link_send(r->link, FRAME_EKLIST, 0, &list);
}

static fault send_list(const struct publication *p, struct reader *r, struct bytes id)
{
	struct arena a;
	arena_init(&a, LIST_ARENA);
	fault why = send_list_of(p, r, id, &a);
	arena_done(&a);
	return why;
}

static fault send_idps(struct reader *r, struct bytes message)
{
	struct idps all;
	NEED(!message_parse(&idps_message, message, &all), BUG);
	return link_send(r->link, FRAME_IDPS, 0, &all);
}

static fault send_change(const struct publication *p, struct reader *r, const struct roll_change *change)
{
	const struct anchor_gone gone = { change->fingerprint };
	if (change->idps.p)
		return send_idps(r, change->idps);
	if (change->list)
		return send_list(p, r, change->fingerprint);
	return change->put ? send_put(r, change->put) : link_send(r->link, FRAME_ANCHOR_GONE, 0, &gone);
}

static fault send_end(const struct publication *p, struct reader *r)
{
	const struct snapshot snapshot = { BYTES_OF(p->flow->snapshot), roll_count(p->roll) };
	TRY(link_send(r->link, FRAME_SNAPSHOT, 0, &snapshot));
	r->has_begun = false;
	r->is_whole = true;
	return NULL;
}

/* Whoever missed a word begins anew when it has taken what is queued. */
static void start_over(struct reader *r)
{
	*r = (struct reader){ .link = r->link };
}

/*
 * --- a whole snapshot ------------------------------------------------------------------------------------
 */

static struct bytes progress_after(const struct progress *p)
{
	return bytes_of(p->sent ? p->last : NULL, p->sent);
}

static fault note_sent(struct progress *p, struct bytes key)
{
	NEED(bytes_copy(key, p->last, sizeof(p->last)), BUG);
	p->sent = sizeof(p->last);
	return NULL;
}

static fault send_anchors(struct publication *p, struct reader *r, struct arena *a)
{
	struct store_anchor_list list;
	TRY(read_page(p, progress_after(&r->anchors), a, &list));
	for (size_t i = 0; i < list.n; i++) {
		TRY(send_put(r, &list.v[i]));
		TRY(note_sent(&r->anchors, list.v[i].fingerprint));
	}
	r->anchors.is_over = list.n < PAGE;
	return NULL;
}

static fault send_lists(struct publication *p, struct reader *r, struct arena *a)
{
	struct store_eklist_list list;
	TRY(read_lists(p, progress_after(&r->eklists), a, &list));
	for (size_t i = 0; i < list.n; i++) {
		if (list.v[i].digest.p)
			TRY(send_list(p, r, list.v[i].id));
		TRY(note_sent(&r->eklists, list.v[i].id));
	}
	r->eklists.is_over = list.n < PAGE;
	return NULL;
}

/* What is small enough to come at once, and that this is all. */
static fault send_rest(struct publication *p, struct reader *r, struct arena *a)
{
	struct bytes idps;
	arena_reset(a);
	TRY(provider_build_all(p->flow, a, &idps));
	if (has_roll_idps(p->roll))
		TRY(send_idps(r, idps));
	return send_end(p, r);
}

static fault send_page(struct publication *p, struct reader *r, struct arena *a)
{
	TRY(send_begin(r, (struct bytes){ 0 }));
	if (!r->anchors.is_over)
		TRY(send_anchors(p, r, a));
	if (r->anchors.is_over && !r->eklists.is_over)
		TRY(send_lists(p, r, a));
	return r->eklists.is_over ? send_rest(p, r, a) : NULL;
}

void publication_send(struct publication *p)
{
	struct arena a;
	for (size_t i = 0; i < COUNT_OF(p->readers); i++) {
		struct reader *r = &p->readers[i];
		if (!r->link || r->is_whole || link_queued(r->link) > 0)
			continue;
		arena_init(&a, PAGE_ARENA);
		fault why = send_page(p, r, &a);
		arena_done(&a);
		if (why && why != FAIL(SYS_BUSY))
			LOG(ERROR, "snapshot.unsent", log_fault(why));
	}
}

void publication_put_reader(struct publication *p, struct link *link)
{
	p->readers[link_peer(link).instance % ROLE_INSTANCES_MAX] = (struct reader){ .link = link };
	publication_send(p);
}

void publication_delete_reader(struct publication *p, const struct link *link)
{
	for (size_t i = 0; i < COUNT_OF(p->readers); i++)
		if (p->readers[i].link == link)
			p->readers[i] = (struct reader){ 0 };
}

/*
 * --- differences -----------------------------------------------------------------------------------------
 */

/* The pages that are still to come have the change in them. */
static bool is_in_a_later_page(const struct reader *r, const struct roll_change *change)
{
	const struct progress *p = change->list ? &r->eklists : &r->anchors;
	if (change->idps.p)
		return !r->is_whole;
	bool is_behind = p->sent == 0 || bytes_compare(change->fingerprint, progress_after(p)) > 0;
	return !r->is_whole && !p->is_over && is_behind;
}

static void tell(struct publication *p, struct reader *r, const struct roll_change *change)
{
	if (!r->link || is_in_a_later_page(r, change))
		return;
	fault why = r->is_whole ? send_begin(r, BYTES_OF(p->flow->snapshot)) : NULL;
	if (!why)
		why = send_change(p, r, change);
	if (why)
		start_over(r);
}

void publication_put(struct publication *p, const struct flow_answer *answer)
{
	for (size_t i = 0; i < answer->changes_n; i++) {
		roll_put(p->roll, &answer->changes[i]);
		p->is_changed = true;
		for (size_t k = 0; k < COUNT_OF(p->readers); k++)
			tell(p, &p->readers[k], &answer->changes[i]);
	}
}

void publication_commit(struct publication *p)
{
	if (!p->is_changed)
		return;
	p->is_changed = false;
	roll_digest(p->roll, p->flow->snapshot);
	for (size_t k = 0; k < COUNT_OF(p->readers); k++) {
		struct reader *r = &p->readers[k];
		if (r->link && r->is_whole && r->has_begun && send_end(p, r))
			start_over(r);
	}
	publication_send(p);
}
