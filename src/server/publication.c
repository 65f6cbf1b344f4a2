#include "server/publication.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "proc/log.h"

#define PAGE 100
#define PAGE_ARENA (PAGE * 16384)

struct reader {
	struct link *link; /* NULL: the place is free */
	bool is_whole;     /* it has the snapshot in force; what changes is enough */
	bool has_begun;    /* it was told that something changes, and not yet that this is all */
	size_t sent;       /* octets of last: 0 until the first certificate of a whole snapshot is sent */
	uint8_t last[ANCHORS_HASH_SIZE];
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

static fault read_all(struct publication *p, struct arena *a)
{
	uint8_t last[ANCHORS_HASH_SIZE];
	struct bytes after = { 0 };
	struct store_anchor_list list = { .n = PAGE };
	while (list.n == PAGE) {
		TRY(read_page(p, after, a, &list));
		for (size_t i = 0; i < list.n; i++)
			roll_put(p->roll, &(struct roll_change){ list.v[i].fingerprint, &list.v[i] });
		if (list.n && bytes_copy(list.v[list.n - 1].fingerprint, last, sizeof(last)))
			after = BYTES_OF(last);
	}
	return NULL;
}

fault publication_open(struct publication *p)
{
	struct arena a;
	arena_init(&a, PAGE_ARENA);
	fault why = read_all(p, &a);
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

static fault send_change(struct reader *r, const struct roll_change *change)
{
	const struct anchor_gone gone = { change->fingerprint };
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

static fault send_page(struct publication *p, struct reader *r, struct arena *a)
{
	struct store_anchor_list list;
	TRY(send_begin(r, (struct bytes){ 0 }));
	TRY(read_page(p, bytes_of(r->sent ? r->last : NULL, r->sent), a, &list));
	for (size_t i = 0; i < list.n; i++) {
		TRY(send_put(r, &list.v[i]));
		NEED(bytes_copy(list.v[i].fingerprint, r->last, sizeof(r->last)), BUG);
		r->sent = sizeof(r->last);
	}
	return list.n < PAGE ? send_end(p, r) : NULL;
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
static bool is_in_a_later_page(const struct reader *r, struct bytes fingerprint)
{
	struct bytes last = bytes_of(r->last, r->sent);
	return !r->is_whole && (r->sent == 0 || bytes_compare(fingerprint, last) > 0);
}

static void tell(struct publication *p, struct reader *r, const struct roll_change *change)
{
	if (!r->link || is_in_a_later_page(r, change->fingerprint))
		return;
	fault why = r->is_whole ? send_begin(r, BYTES_OF(p->flow->snapshot)) : NULL;
	if (!why)
		why = send_change(r, change);
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
