#include "flow/auditing.h"

#include "cert/issuer.h"
#include "cert/trail.h"

#define PAGE 200
#define TIP_ARENA 256

struct audit_row auditing_row(const struct store_audit *row)
{
	return (struct audit_row){
		.writer = row->writer,
		.number = row->number,
		.previous = row->previous,
		.id = row->id,
		.time = (uint64_t)row->time,
		.actor = row->actor,
		.action = row->action,
		.target = row->target,
		.detail = row->detail,
		.request_id = row->request_id,
		.hash = row->hash,
	};
}

struct audit_signed auditing_head(const struct store_audit_head *row)
{
	return (struct audit_signed){
		.token = row->token,
		.issuer = row->issuer,
		.writer = row->writer,
		.number = row->number,
		.hash = row->hash,
		.time = (uint64_t)row->time,
	};
}

/* --- adding --------------------------------------------------------------------------------------------- */

/* A row's place in core's chain, with the octets that it borrows. */
struct link_place {
	uint64_t number;
	uint8_t previous[AUDIT_HASH_SIZE], hash[AUDIT_HASH_SIZE];
};

static fault find_place(struct flow *f, struct link_place *ret)
{
	_Alignas(max_align_t) uint8_t memory[TIP_ARENA];
	struct arena a = { .p = memory, .n = sizeof(memory) };
	struct store_audit_tip *tip = NULL;
	TRY(store_audit_find_tip(f->store, BYTES_TEXT(TRAIL_CORE), &a, &tip));
	ret->number = tip ? tip->number + 1 : 1;
	if (!tip)
		return trail_genesis(BYTES_TEXT(TRAIL_CORE), ret->previous);
	NEED(bytes_copy(tip->hash, ret->previous, sizeof(ret->previous)), SYS_STORAGE);
	return NULL;
}

/* The row borrows from the place. */
static fault chain(struct store_audit *row, struct link_place *place)
{
	row->writer = BYTES_TEXT(TRAIL_CORE);
	row->number = place->number;
	row->previous = BYTES_OF(place->previous);
	const struct audit_row bare = auditing_row(row);
	TRY(trail_hash(&bare, place->hash));
	row->hash = BYTES_OF(place->hash);
	return NULL;
}

fault auditing_put(struct flow *f, const struct store_audit *row)
{
	struct link_place place;
	struct store_audit linked = *row;
	TRY(find_place(f, &place));
	TRY(chain(&linked, &place));
	return store_audit_put(f->store, &linked);
}

static fault chain_page(struct flow *f, struct link_place *place, struct arena *a, size_t *ret_n)
{
	struct store_audit_list list;
	arena_reset(a);
	TRY(store_audit_list_unchained(f->store, (struct store_page){ .limit = PAGE }, a, &list));
	for (size_t i = 0; i < list.n; i++) {
		TRY(chain(&list.v[i], place));
		TRY(store_audit_update_chain(f->store, &list.v[i]));
		place->number++;
		NEED(bytes_copy(BYTES_OF(place->hash), place->previous, sizeof(place->previous)), BUG);
	}
	*ret_n = list.n;
	return NULL;
}

static fault chain_all(struct flow *f, struct arena *a)
{
	struct link_place place;
	size_t n = PAGE;
	TRY(find_place(f, &place));
	while (n == PAGE)
		TRY(chain_page(f, &place, a, &n));
	return NULL;
}

fault auditing_open(struct flow *f, struct arena *a)
{
	TRY(store_begin(f->store));
	fault why = chain_all(f, a);
	if (!why)
		return store_commit(f->store);
	store_rollback(f->store);
	return why;
}

/* --- showing -------------------------------------------------------------------------------------------- */

fault auditing_list(struct flow *f, const struct store_audit_chain *page, struct arena *a,
		    struct store_audit_list *ret)
{
	return store_audit_list_chain(f->store, page, a, ret);
}

fault auditing_list_heads(struct flow *f, const struct store_audit_chain *page, struct arena *a,
			  struct store_audit_head_list *ret)
{
	return store_audit_list_heads(f->store, page, a, ret);
}

fault auditing_count(struct flow *f, struct bytes writer, struct arena *a, uint64_t *ret)
{
	struct store_audit_tip *tip = NULL;
	TRY(store_audit_find_tip(f->store, writer, a, &tip));
	*ret = tip ? tip->number : 0;
	return NULL;
}

/* --- signing -------------------------------------------------------------------------------------------- */

fault auditing_next(struct flow *f, struct arena *a, struct audit_head *ret)
{
	const struct bytes core = BYTES_TEXT(TRAIL_CORE);
	struct store_audit_tip *tip = NULL;
	struct store_audit_head *last = NULL;
	*ret = (struct audit_head){ 0 };
	TRY(store_audit_find_tip(f->store, core, a, &tip));
	TRY(store_audit_find_head(f->store, core, a, &last));
	if (tip && (!last || last->number < tip->number))
		*ret = (struct audit_head){ core, tip->number, tip->hash, (uint64_t)f->now };
	return NULL;
}

fault auditing_put_head(struct flow *f, const struct audit_head *head, struct bytes token)
{
	const struct store_audit_head row = {
		.writer = head->writer,
		.number = head->number,
		.hash = head->hash,
		.time = (int64_t)head->time,
		.issuer = f->issuer->url,
		.token = token,
	};
	return store_audit_put_head(f->store, &row);
}
