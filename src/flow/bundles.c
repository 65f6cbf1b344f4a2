#include "flow/bundles.h"

#include "flow/checkin.h"
#include "flow/commands.h"

static fault check_asked(struct flow *f, const struct store_device *d, struct bytes order, struct arena *a)
{
	struct store_command_list open;
	TRY(store_command_list_open(f->store, d->id, a, &open));
	for (size_t i = 0; i < open.n; i++)
		if (is_bytes_equal(open.v[i].id, order) && open.v[i].kind == TRIP_ORDER_DIAGNOSTICS)
			return NULL;
	return FAIL(COMMAND_OVER);
}

static fault keep(struct flow *f, const struct store_device *d, const struct diagnostics *sent,
		  struct arena *a)
{
	const struct store_bundle row = { d->id, sent->order, f->now, sent->cab };
	TRY(check_asked(f, d, sent->order, a));
	TRY(store_bundle_put(f->store, &row));
	TRY(store_bundle_prune(f->store, f->limits->bundles));
	return commands_finish(f, d->id, TRIP_ORDER_DIAGNOSTICS, a);
}

/* The reply to the same bundle may have been lost. */
static fault check_kept(struct flow *f, const struct store_device *d, struct bytes order, struct arena *a)
{
	struct store_bundle *kept = NULL;
	fault why = store_bundle_get(f->store, d->id, a, &kept);
	bool is_it = !why && is_bytes_equal(kept->command, order);
	if (is_it)
		return NULL;
	return why && why != FAIL(NOT_FOUND) ? why : FAIL(COMMAND_OVER);
}

fault bundles_take(struct flow *f, const struct diagnostics *sent, struct arena *a, struct flow_answer *ret)
{
	int64_t expires;
	struct store_device *d = NULL;
	const struct collected_reply reply = { (uint64_t)f->now };
	const struct checkin_shown shown = { sent->shown_serial, sent->shown_hash };
	*ret = (struct flow_answer){ .status = 200, .content = FRAME_CONTENT_CBOR };
	TRY(checkin_find_device(f, &shown, a, &d, &expires));
	fault why = keep(f, d, sent, a);
	TRY(why == FAIL(COMMAND_OVER) ? check_kept(f, d, sent->order, a) : why);
	return flow_encode(&collected_reply_message, &reply, a, &ret->body);
}

fault bundles_get(struct flow *f, struct bytes device_id, struct arena *a, struct store_bundle **ret)
{
	return store_bundle_get(f->store, device_id, a, ret);
}
