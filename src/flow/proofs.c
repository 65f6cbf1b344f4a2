#include "flow/proofs.h"

#include "flow/appraising.h"
#include "flow/commands.h"
#include "policy/purpose.h"

fault proofs_find(struct flow *f, struct bytes device_id, struct arena *a, struct store_proof **ret)
{
	return store_proof_find(f->store, device_id, a, ret);
}

static fault find(struct flow *f, struct bytes device_id, uint64_t purpose, struct arena *a,
		  struct store_proof *ret)
{
	struct store_proof *before = NULL;
	TRY(store_proof_find(f->store, device_id, a, &before));
	*ret = before ? *before : (struct store_proof){ .device_id = device_id };
	ret->tried = f->now;
	ret->purpose = purpose;
	return NULL;
}

fault proofs_read(struct flow *f, struct bytes device_id, const struct interval *i, struct arena *a,
		  const char **ret)
{
	char text[INTERVAL_TEXT_SIZE];
	struct store_proof *before = NULL;
	*ret = NULL;
	if (!i->meanings)
		return NULL;
	TRY(store_proof_find(f->store, device_id, a, &before));
	interval_text(i, before && before->attested ? f->now - before->attested : 0, text);
	*ret = arena_format(a, "%s", text);
	return *ret ? NULL : FAIL(SYS_MEMORY);
}

/* The newest firmware is that of the TPM it has now: one of which nothing is known begins anew. */
static void put_interval(struct store_proof *row, const struct proofs_good *good)
{
	const struct interval *i = good->interval;
	bool is_known = i->before.clock_ms || i->before.firmware;
	uint64_t top = is_known ? row->firmware_top : 0;
	if (top < i->before.firmware)
		top = i->before.firmware;
	row->before = row->attested;
	row->meanings = i->meanings;
	row->starts = interval_starts(i);
	row->sleeps = interval_sleeps(i);
	row->story = bytes_text(good->story);
	row->firmware_top = top > i->now.firmware ? top : i->now.firmware;
}

static fault note_rare(struct flow *f, const struct proofs_good *good)
{
	for (enum interval_meaning m = 0; m < INTERVAL_COUNT; m++) {
		const struct flow_deed deed = { .actor = "assayd", .action = interval_action(m),
						.target = good->device_id, .detail = good->story };
		if (good->interval->meanings & 1u << m && deed.action)
			TRY(flow_note(f, &deed));
	}
	return NULL;
}

fault proofs_put(struct flow *f, const struct proofs_good *good, struct arena *a)
{
	struct store_proof row;
	TRY(find(f, good->device_id, good->purpose, a, &row));
	if (good->is_attested) {
		put_interval(&row, good);
		row.attested = f->now;
		row.fault = (struct bytes){ 0 };
		row.anchor = good->anchor;
		TRY(note_rare(f, good));
	}
	TRY(store_proof_put(f->store, &row));
	TRY(appraising_put(f, good->device_id, a));
	/* What issues certificates is done when they are there. */
	bool is_done = good->is_attested && !purpose_find(good->purpose)->is_issuing;
	return is_done ? commands_finish_trip(f, good->device_id, good->purpose, a) : NULL;
}

/*
 * It came late, or twice: that says nothing of the device. One that proves other keys than it has
 * certificates for has proved them: it wants certificates, and does not deserve a failure.
 */
static bool is_harmless(fault why)
{
	static const fault all[] = { FAIL(ACT_EXPIRED), FAIL(ACT_CONSUMED), FAIL(TICKET_INVALID),
				     FAIL(KEYS_CHANGED) };
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (all[i] == why)
			return true;
	return false;
}

fault proofs_refuse(struct flow *f, const struct store_device *shown, uint64_t purpose, fault why,
		    struct arena *a)
{
	struct store_proof row;
	bool is_answered = is_fault_refusal(why) && why->kind != FAULT_INPUT;
	if (!shown || !is_answered)
		return NULL;
	if (why == FAIL(KEYS_CHANGED))
		TRY(commands_put_renewal(f, shown->id, a));
	if (!is_harmless(why)) {
		TRY(find(f, shown->id, purpose, a, &row));
		row.fault = bytes_text(why->name);
		TRY(store_proof_put(f->store, &row));
		TRY(appraising_put(f, row.device_id, a));
	}
	return commands_refuse(f, &(struct commands_refusal){ shown->id, purpose, why }, a);
}
