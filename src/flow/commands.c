#include "flow/commands.h"

#include "base/rd.h"
#include "base/text.h"
#include "policy/renewal.h"
#include "store/store_certificate.h"
#include "store/store_proof.h"

#define DAY_S 86400

static const struct commands_kind kinds[] = {
#define K(kind, word, action, purpose, evidence, is_proved, days) \
	{ TRIP_ORDER_##kind, word, action, evidence, (enum trip_purpose)(purpose), is_proved, days },
#include "flow/commands.def"
#undef K
};

_Static_assert(COUNT_OF(kinds) <= TRIP_ORDERS_MAX, "one of each kind fits into an answer");

const struct commands_kind *commands_kind_find(uint64_t kind)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (kinds[i].kind == kind)
			return &kinds[i];
	return NULL;
}

const struct commands_kind *commands_kind_of_action(struct bytes action)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (is_bytes_text(action, kinds[i].action))
			return &kinds[i];
	return NULL;
}

static const char *const states[] = {
	[STORE_COMMAND_PENDING] = "pending", [STORE_COMMAND_SENT] = "sent",
	[STORE_COMMAND_SUCCEEDED] = "succeeded", [STORE_COMMAND_FAILED] = "failed",
	[STORE_COMMAND_EXPIRED] = "expired", [STORE_COMMAND_CANCELLED] = "cancelled",
};

const char *commands_state_word(uint64_t state)
{
	return text_word(states, COUNT_OF(states), state);
}

static bool is_open(const struct store_command *row)
{
	return row->state == STORE_COMMAND_PENDING || row->state == STORE_COMMAND_SENT;
}

static fault finish(struct flow *f, struct store_command *row, enum store_command_state state)
{
	row->state = (uint64_t)state;
	row->finished = f->now;
	return store_command_update(f->store, row);
}

/* --- those who ask -------------------------------------------------------------------------------------- */

static fault note(struct flow *f, const struct inventory_actor *by, const struct commands_ask *ask,
		  struct arena *a)
{
	const char *action = arena_format(a, "command.%s", ask->kind->word);
	NEED(action != NULL, SYS_MEMORY);
	return flow_audit(f, by->name, action, ask->device_id, by->request_id);
}

static fault put(struct flow *f, const char *actor, const struct commands_ask *ask, struct arena *a,
		 bool *ret_made)
{
	struct store_command row = {
		.device_id = ask->device_id,
		.kind = (uint64_t)ask->kind->kind,
		.state = STORE_COMMAND_PENDING,
		.actor = bytes_text(actor),
		.created = f->now,
		.expires = f->now + ask->kind->days * DAY_S,
		.batch = ask->batch,
	};
	TRY(commands_expire(f));
	TRY(flow_id_new(f, a, &row.id));
	fault why = store_command_put(f->store, &row);
	*ret_made = !why;
	if (why)
		return why == FAIL(CONFLICT) ? NULL : why;
	return store_command_prune(f->store, row.device_id, COMMANDS_KEPT);
}

/* Its certificates end at once; whatever else it was told is of no use any more. */
static fault retire(struct flow *f, const struct inventory_actor *by, struct bytes device_id, struct arena *a)
{
	struct store_command_list open;
	TRY(inventory_retire_device(f, by, device_id, a));
	TRY(store_command_list_open(f->store, device_id, a, &open));
	for (size_t i = 0; i < open.n; i++)
		TRY(finish(f, &open.v[i], STORE_COMMAND_CANCELLED));
	return NULL;
}

fault commands_put(struct flow *f, const struct inventory_actor *by, const struct commands_ask *ask,
		   struct arena *a, bool *ret_made)
{
	struct store_device *d = NULL;
	if (ask->kind->kind == TRIP_ORDER_RETIRE) {
		TRY(retire(f, by, ask->device_id, a));
		return put(f, by->name, ask, a, ret_made); /* the audit has it */
	}
	TRY(store_device_get(f->store, ask->device_id, a, &d));
	NEED(d->state == STORE_DEVICE_ACTIVE, DEVICE_RETIRED);
	TRY(put(f, by->name, ask, a, ret_made));
	return *ret_made && !ask->batch.p ? note(f, by, ask, a) : NULL;
}

bool is_commands_of_device(fault why)
{
	return !why || why == FAIL(NOT_FOUND) || why == FAIL(DEVICE_RETIRED) || why == FAIL(CONFLICT) ||
	       why == FAIL(SYS_BUSY);
}

/* From one proof to the next of that device. */
static int64_t period_of(const struct flow *f, struct bytes device_id)
{
	struct rd r = rd_of(bytes_slice(device_id, TRIP_ID_SIZE - 4, 4)); /* random octets: flow_id_new */
	int64_t whole = (int64_t)f->limits->attest_s;
	return whole - (int64_t)(rd_be32(&r) % 1024) * whole / 8192;
}

static fault put_by_policy(struct flow *f, struct bytes device_id, enum trip_order kind, struct arena *a)
{
	bool ignored;
	const struct commands_ask ask = { .kind = commands_kind_find(kind), .device_id = device_id };
	return put(f, "policy", &ask, a, &ignored);
}

/* A device that never proved itself has nothing to repeat; one that just failed is left alone for a while. */
static bool is_proof_due(const struct flow *f, const struct store_proof *last)
{
	int64_t period = period_of(f, last->device_id);
	return f->limits->attest_s && last->attested && f->now >= last->attested + period &&
	       f->now >= last->tried + period / 8;
}

static bool is_renewal_due(const struct flow *f, const struct store_certificate *shown,
			   const struct store_proof *last)
{
	const struct renewal_of of = { shown->not_before, shown->not_after, shown->device_id };
	int64_t pause = (shown->not_after - shown->not_before) / 100;
	return f->now >= renewal_time(&of) && (!last->fault.p || f->now >= last->tried + pause);
}

fault commands_put_due(struct flow *f, const struct store_device *d, const struct store_certificate *shown,
		       struct arena *a)
{
	struct store_proof *last = NULL;
	TRY(store_proof_find(f->store, d->id, a, &last));
	if (!last)
		return NULL;
	if (is_renewal_due(f, shown, last))
		return put_by_policy(f, d->id, TRIP_ORDER_RENEW, a);
	return is_proof_due(f, last) ? put_by_policy(f, d->id, TRIP_ORDER_ATTEST, a) : NULL;
}

fault commands_put_renewal(struct flow *f, struct bytes device_id, struct arena *a)
{
	return put_by_policy(f, device_id, TRIP_ORDER_RENEW, a);
}

fault commands_check_open(struct flow *f, struct bytes device_id, enum trip_order kind, struct arena *a)
{
	struct store_command_list open;
	TRY(store_command_list_open(f->store, device_id, a, &open));
	for (size_t i = 0; i < open.n; i++)
		if (open.v[i].kind == (uint64_t)kind)
			return NULL;
	return FAIL(COMMAND_OVER);
}

fault commands_get(struct flow *f, struct bytes id, struct arena *a, struct store_command **ret)
{
	return store_command_get(f->store, id, a, ret);
}

fault commands_list(struct flow *f, struct bytes device_id, struct store_page page, struct arena *a,
		    struct store_command_list *ret)
{
	if (device_id.p)
		return store_command_list_by_device(f->store, device_id, page, a, ret);
	return store_command_list(f->store, page, a, ret);
}

fault commands_find_last(struct flow *f, struct bytes device_id, enum trip_order kind, struct arena *a,
			 struct store_command **ret)
{
	struct store_command_list list;
	const struct store_page all = { .limit = STORE_PAGE_MAX }; /* more than are kept of one device */
	*ret = NULL;
	TRY(store_command_list_by_device(f->store, device_id, all, a, &list));
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i].kind == (uint64_t)kind)
			*ret = &list.v[i];
	return NULL;
}

fault commands_cancel(struct flow *f, const struct inventory_actor *by, struct bytes id, struct arena *a)
{
	struct store_command *row = NULL;
	TRY(store_command_get(f->store, id, a, &row));
	NEED(is_open(row), CONFLICT);
	TRY(finish(f, row, STORE_COMMAND_CANCELLED));
	return flow_audit(f, by->name, "command.cancel", row->device_id, by->request_id);
}

/* --- effects -------------------------------------------------------------------------------------------- */

/* A try has failed; NULL: it succeeded. */
static fault settle(struct flow *f, struct store_command *row, fault why, struct bytes detail)
{
	bool is_over = !why || !why->retry || row->tries >= COMMANDS_TRIES_MAX;
	row->fault = why ? bytes_text(why->name) : (struct bytes){ 0 };
	row->detail = why ? bytes_unless_empty(detail) : (struct bytes){ 0 };
	if (!is_over)
		return store_command_update(f->store, row);
	return finish(f, row, why ? STORE_COMMAND_FAILED : STORE_COMMAND_SUCCEEDED);
}

fault commands_finish(struct flow *f, struct bytes device_id, enum trip_order kind, struct arena *a)
{
	struct store_command_list open;
	TRY(store_command_list_open(f->store, device_id, a, &open));
	for (size_t i = 0; i < open.n; i++)
		if (open.v[i].kind == (uint64_t)kind)
			TRY(settle(f, &open.v[i], NULL, (struct bytes){ 0 }));
	return NULL;
}

/* The first row of a purpose is what its trip does in any case. */
fault commands_finish_trip(struct flow *f, struct bytes device_id, uint64_t purpose, struct arena *a)
{
	for (size_t i = 0; purpose && i < COUNT_OF(kinds); i++)
		if (kinds[i].purpose == purpose)
			return commands_finish(f, device_id, kinds[i].kind, a);
	return NULL;
}

fault commands_refuse(struct flow *f, const struct commands_refusal *r, struct arena *a)
{
	struct store_command_list open;
	TRY(store_command_list_open(f->store, r->device_id, a, &open));
	for (size_t i = 0; i < open.n; i++) {
		const struct commands_kind *k = commands_kind_find(open.v[i].kind);
		if (k && k->purpose && k->purpose == r->purpose)
			TRY(settle(f, &open.v[i], r->why, (struct bytes){ 0 }));
	}
	return NULL;
}

/* What the device says of a command. That it is done is nothing where it would have been seen. */
static fault hear(struct flow *f, struct store_command *row, const struct effect *o)
{
	const struct commands_kind *k = commands_kind_find(row->kind);
	if (!o->fault.p && k && !k->is_proved)
		return settle(f, row, NULL, o->detail);
	fault why = o->fault.p ? fault_find(o->fault) : NULL;
	return settle(f, row, why ? why : FAIL(COMMAND_UNPROVEN), why ? o->detail : o->fault);
}

/* The open command that the effect is of; NULL when it is over, or was never this device's. */
static struct store_command *find(const struct store_command_list *open, struct bytes id)
{
	for (size_t i = 0; i < open->n; i++)
		if (is_bytes_equal(open->v[i].id, id))
			return &open->v[i];
	return NULL;
}

/* --- orders --------------------------------------------------------------------------------------------- */

static fault hand_out(struct flow *f, struct store_command *row, struct arena *a, struct bytes_list *orders)
{
	const struct order order = { row->id, row->kind };
	NEED(orders->n < TRIP_ORDERS_MAX, BUG);
	row->state = STORE_COMMAND_SENT;
	row->sent = f->now;
	row->tries++;
	TRY(store_command_update(f->store, row));
	return flow_encode(&order_message, &order, a, &orders->v[orders->n++]);
}

/* What has just failed is not tried again at once, but when the device comes next. */
fault commands_exchange(struct flow *f, const struct store_device *d, const struct bytes_list *effects,
			struct arena *a, struct bytes_list *ret_orders)
{
	struct store_command_list open;
	bool is_heard[TRIP_ORDERS_MAX] = { false }, is_active = d->state == STORE_DEVICE_ACTIVE;
	*ret_orders = (struct bytes_list){ 0 };
	TRY(store_command_list_open(f->store, d->id, a, &open));
	NEED(open.n <= TRIP_ORDERS_MAX, SYS_STORAGE);
	for (size_t i = 0; i < effects->n; i++) {
		struct effect o;
		TRY(message_parse(&effect_message, effects->v[i], &o));
		struct store_command *row = find(&open, o.id);
		if (!row || is_heard[row - open.v])
			continue;
		is_heard[row - open.v] = true;
		TRY(hear(f, row, &o));
	}
	for (size_t i = 0; i < open.n; i++) {
		struct store_command *row = &open.v[i];
		bool is_told = !is_heard[i] && row->expires > f->now;
		if (is_told && is_active == (row->kind != TRIP_ORDER_RETIRE))
			TRY(hand_out(f, row, a, ret_orders));
		else if (is_told && is_active) /* it was enrolled again */
			TRY(finish(f, row, STORE_COMMAND_CANCELLED));
	}
	return NULL;
}

fault commands_expire(struct flow *f)
{
	return store_command_expire(f->store, bytes_text(FAIL(COMMAND_EXPIRED)->name), f->now);
}
