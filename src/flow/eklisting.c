#include "flow/eklisting.h"

#include "attest/anchors.h"
#include "flow/backoff.h"
#include "flow/roll.h"

#define ENTRIES_MAX 2000000 /* of all lists: every verify has each of them in its memory */
#define LIFE_PART 4         /* a new list is asked for when a quarter of the life of the one before is left */

/*
 * --- in verify -------------------------------------------------------------------------------------------
 */

static fault write_point(const struct eklists_subject *of, struct bytes url, const uint8_t *id,
			 struct arena *a, struct bytes *ret)
{
	struct anchors_label label;
	TRY(anchors_parse(of->authority, &label));
	const struct eklist_point point = {
		.id = bytes_of(id, EKLIST_HASH_SIZE),
		.authority = of->authority,
		.subject = bytes_text(label.subject[0] ? label.subject : "(no name)"),
		.url = url,
	};
	return flow_encode(&eklist_point_message, &point, a, ret);
}

/* Of several addresses the first is asked: they lead to one list (RFC 5280 §4.2.1.13). */
static fault find_one(const struct eklists_subject *of, const struct eklists *lists, struct arena *a,
		      struct bytes_list *ret)
{
	uint8_t id[EKLIST_HASH_SIZE];
	struct eklist_urls urls;
	struct bytes message;
	eklist_find_urls(of->points, &urls);
	if (!urls.n || ret->n >= EKLIST_POINTS_MAX)
		return NULL;
	TRY(eklist_id(of->issuer, urls.v[0], id));
	if (has_eklists_id(lists, id))
		return NULL;
	TRY(write_point(of, urls.v[0], id, a, &message));
	NEED(bytes_list_put(ret, message), SYS_MEMORY);
	return NULL;
}

fault eklisting_find(const struct ekchain_way *way, const struct anchors *anchors, struct arena *a,
		     struct bytes_list *ret)
{
	struct bytes_list found = { 0 };
	for (size_t i = 0; i < way->n; i++)
		TRY(find_one(&way->v[i], anchors_eklists(anchors), a, &found));
	*ret = found;
	return NULL;
}

fault eklisting_examine(const struct examine *in, struct arena *a, struct examined *ret)
{
	struct eklist_point point;
	struct eklist list;
	*ret = (struct examined){ 0 };
	NEED(!message_parse(&eklist_point_message, in->point, &point), SYS_FRAME);
	fault why = eklist_check(in->file, &point, (int64_t)in->now, a, &list);
	NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
	ret->number = fault_number(why);
	return why ? NULL : flow_encode(&eklist_message, &list, a, &ret->eklist);
}

/*
 * --- in core ---------------------------------------------------------------------------------------------
 */

static fault note(struct flow *f, struct bytes message)
{
	struct eklist_point p;
	NEED(!message_parse(&eklist_point_message, message, &p), SYS_FRAME);
	const struct store_eklist row = {
		.id = p.id,
		.authority = p.authority,
		.subject = p.subject,
		.url = p.url,
		.next = f->now,
		.created = f->now,
	};
	return store_eklist_put(f->store, &row, EKLISTS_MAX);
}

fault eklisting_put(struct flow *f, const struct bytes_list *unlisted)
{
	for (size_t i = 0; i < unlisted->n; i++)
		TRY(note(f, unlisted->v[i]));
	return NULL;
}

fault eklisting_find_due(struct flow *f, struct arena *a, struct store_eklist **ret, struct bytes *ret_point)
{
	struct store_eklist *row = NULL;
	TRY(store_eklist_find_due(f->store, f->now, a, &row));
	if (row) {
		const struct eklist_point p = { row->id, row->authority, row->subject, row->url };
		TRY(flow_encode(&eklist_point_message, &p, a, ret_point));
		TRY(backoff_find(f, row->tries++, &row->next));
		TRY(store_eklist_update(f->store, row));
	}
	*ret = row;
	return NULL;
}

/* A while before it ends, and never later than an administrator wants to hear of what was revoked since. */
static int64_t life_of(const struct flow *f, const struct eklist *list)
{
	int64_t life = (int64_t)(list->next_update - list->this_update);
	int64_t left = (int64_t)list->next_update - life / LIFE_PART - f->now;
	int64_t most = (int64_t)f->limits->crl_s, least = (int64_t)f->limits->fetch_retry_s;
	return left > most ? most : left < least ? least : left;
}

/* Whoever stands between us and a maker may repeat what the maker once said. */
static fault check_order(const struct store_eklist *row, const struct eklist *list)
{
	NEED(!row->digest.p || (int64_t)list->this_update >= row->this_update, CRL_INVALID);
	return NULL;
}

static fault check_room(struct flow *f, const struct store_eklist *row, uint64_t entries)
{
	uint64_t all;
	TRY(store_eklist_count(f->store, &all));
	NEED(all - row->entries + entries <= ENTRIES_MAX, FETCH_SIZE);
	return NULL;
}

/* Puts it in force, with the row as it will be. */
static fault put_list(struct flow *f, struct store_eklist *row, struct bytes message, struct arena *a,
		      struct flow_answer *answer)
{
	const struct store_eklist_body body = { row->id, message };
	const struct roll_change change = { .fingerprint = row->id, .list = row };
	TRY(store_eklist_put_body(f->store, &body));
	return roll_answer(&change, a, answer);
}

static fault take_list(struct flow *f, struct store_eklist *row, struct bytes message, struct arena *a,
		       struct flow_answer *answer)
{
	struct eklist list;
	struct bytes digest;
	NEED(!message_parse(&eklist_message, message, &list), SYS_FRAME);
	NEED(is_bytes_equal(list.id, row->id), SYS_FRAME);
	uint64_t entries = list.serials.n / EKLIST_SERIAL_SIZE;
	TRY(check_order(row, &list));
	TRY(check_room(f, row, entries));
	TRY(flow_hash(message, a, &digest));
	bool is_same = row->digest.p && is_bytes_equal(row->digest, digest);
	row->fault = row->detail = (struct bytes){ 0 };
	row->fetched = f->now;
	row->this_update = (int64_t)list.this_update;
	row->next_update = (int64_t)list.next_update;
	row->entries = entries;
	row->digest = digest;
	/* One that is over when it comes is a failure as to when to ask again. */
	if (row->next_update > f->now) {
		row->tries = 0;
		TRY(backoff_spread(f->now, life_of(f, &list), &row->next));
	}
	return is_same ? NULL : put_list(f, row, message, a, answer);
}

fault eklisting_finish(struct flow *f, const struct eklisting_result *r, struct arena *a,
		       struct flow_answer *ret_answer)
{
	struct store_eklist *row = NULL;
	TRY(store_eklist_get(f->store, r->id, a, &row));
	struct store_eklist before = *row;
	fault why = r->why ? r->why : take_list(f, row, r->list, a, ret_answer);
	if (why && why->kind != FAULT_CHECK && why->kind != FAULT_LIMIT && !r->why)
		return why;
	if (why) {
		*row = before;
		row->fault = bytes_text(why->name);
		row->detail = r->detail;
	}
	return store_eklist_update(f->store, row);
}

fault eklisting_get(struct flow *f, struct bytes id, struct arena *a, struct store_eklist **ret)
{
	return store_eklist_get(f->store, id, a, ret);
}

fault eklisting_list(struct flow *f, struct store_page page, struct arena *a, struct store_eklist_list *ret)
{
	return store_eklist_list(f->store, page, a, ret);
}

const char *eklisting_word(const struct store_eklist *row, int64_t now)
{
	if (!row->digest.p)
		return "missing";
	return now <= row->next_update ? "current" : "stale";
}
