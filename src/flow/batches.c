#include "flow/batches.h"

#include "flow/preview.h"

#define ADVANCE_ARENA (4 << 20) /* of one batch's next commands */
#define MINUTE_S 60
#define STEP_S 2 /* how far ahead of its rate a batch may be */

static fault make(struct flow *f, const struct store_batch *row, struct bytes device_id, struct arena *a,
		  uint64_t *made)
{
	bool is_made = false;
	char *actor = arena_text(a, row->actor);
	const struct inventory_actor by = { .name = actor };
	const struct commands_ask ask = { commands_kind_find(row->kind), device_id, row->id };
	NEED(actor != NULL, SYS_MEMORY);
	NEED(ask.kind != NULL, SYS_STORAGE);
	TRY(commands_put(f, &by, &ask, a, &is_made));
	*made += is_made;
	return NULL;
}

static fault tell_each(struct flow *f, struct store_batch *row, struct bytes ids, struct arena *scratch)
{
	for (size_t at = 0; at < ids.n; at += FIELD_ID_SIZE) {
		arena_reset(scratch);
		fault why = make(f, row, bytes_slice(ids, at, FIELD_ID_SIZE), scratch, &row->made);
		TRY(is_commands_of_device(why) ? NULL : why);
		row->devices++;
	}
	return NULL;
}

/* Those that are named, at once. */
static fault tell_named(struct flow *f, struct store_batch *row, struct bytes ids)
{
	struct arena scratch;
	arena_init(&scratch, ADVANCE_ARENA);
	fault why = tell_each(f, row, ids, &scratch);
	arena_done(&scratch);
	TRY(why);
	row->finished = f->now;
	return store_batch_update(f->store, row);
}

fault batches_put(struct flow *f, const struct inventory_actor *by, const struct batches_ask *ask,
		  struct arena *a, struct store_batch **ret)
{
	struct store_batch_list open;
	struct store_batch row = {
		.kind = (uint64_t)ask->kind->kind,
		.rule = bytes_unless_empty(ask->rule),
		.actor = bytes_text(by->name),
		.created = f->now,
		.rate = ask->devices.p ? 0 : ask->rate ? ask->rate : BATCHES_RATE,
	};
	const char *action = arena_format(a, "batch.%s", ask->kind->word);
	NEED(action != NULL, SYS_MEMORY);
	TRY(store_batch_list_open(f->store, a, &open));
	NEED(open.n < BATCHES_OPEN_MAX, BATCH_LIMIT);
	TRY(flow_id_new(f, a, &row.id));
	TRY(store_batch_put(f->store, &row));
	TRY(flow_audit(f, by->name, action, row.id, by->request_id));
	if (ask->devices.p)
		TRY(tell_named(f, &row, ask->devices));
	return store_batch_get(f->store, row.id, a, ret);
}

/* How many commands may be made now. */
static size_t quota_of(const struct flow *f, const struct store_batch *row)
{
	uint64_t s = f->now > row->created ? (uint64_t)(f->now - row->created) + STEP_S : STEP_S;
	uint64_t due = row->rate * s / MINUTE_S + 1;
	uint64_t n = due > row->made ? due - row->made : 0;
	return n < PREVIEW_PICK_MAX ? (size_t)n : PREVIEW_PICK_MAX;
}

static fault advance(struct flow *f, struct store_batch *row, struct arena *a)
{
	struct preview_picked *p = NULL;
	const struct preview_pick in = { row->rule, quota_of(f, row), row->last };
	if (!in.max)
		return NULL;
	TRY(preview_list_next(f, &in, a, &p));
	for (size_t i = 0; i < p->n; i++)
		TRY(make(f, row, p->v[i], a, &row->made));
	row->devices += p->devices;
	row->last = p->last;
	row->finished = p->is_last ? f->now : 0;
	return store_batch_update(f->store, row);
}

fault batches_run(struct flow *f, struct arena *a)
{
	struct store_batch_list open;
	struct arena scratch;
	fault why = NULL;
	TRY(store_batch_list_open(f->store, a, &open));
	if (!open.n)
		return NULL;
	arena_init(&scratch, ADVANCE_ARENA);
	for (size_t i = 0; i < open.n && !why; i++) {
		arena_reset(&scratch);
		why = advance(f, &open.v[i], &scratch);
	}
	arena_done(&scratch);
	return why;
}

fault batches_list(struct flow *f, struct store_page page, struct arena *a, struct store_batch_list *ret)
{
	return store_batch_list(f->store, page, a, ret);
}

fault batches_get(struct flow *f, struct bytes id, struct arena *a, struct store_batch **ret)
{
	return store_batch_get(f->store, id, a, ret);
}

fault batches_list_commands(struct flow *f, struct bytes id, struct store_page page, struct arena *a,
			    struct store_command_list *ret)
{
	struct store_batch *row = NULL;
	TRY(store_batch_get(f->store, id, a, &row));
	return store_command_list_by_batch(f->store, id, page, a, ret);
}

fault batches_count(struct flow *f, struct bytes id, struct batches_count *ret)
{
	*ret = (struct batches_count){ 0 };
	for (size_t i = STORE_COMMAND_PENDING; i < COUNT_OF(ret->of); i++)
		TRY(store_command_count(f->store, id, (enum store_command_state)i, &ret->of[i]));
	return NULL;
}

fault batches_cancel(struct flow *f, const struct inventory_actor *by, struct bytes id, struct arena *a)
{
	struct store_batch *row = NULL;
	struct batches_count n;
	TRY(store_batch_get(f->store, id, a, &row));
	TRY(batches_count(f, id, &n));
	NEED(!row->finished || n.of[STORE_COMMAND_PENDING] || n.of[STORE_COMMAND_SENT], CONFLICT);
	row->finished = row->finished ? row->finished : f->now;
	row->cancelled = 1;
	TRY(store_batch_update(f->store, row));
	TRY(store_command_void_by_batch(f->store, id, f->now));
	return flow_audit(f, by->name, "batch.cancel", id, by->request_id);
}
