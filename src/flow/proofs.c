#include "flow/proofs.h"

#include "flow/appraising.h"
#include "flow/commands.h"
#include "policy/purpose.h"
#include "store/store_proof.h"

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

fault proofs_put(struct flow *f, struct bytes device_id, uint64_t purpose, bool is_attested, struct arena *a)
{
	struct store_proof row;
	TRY(find(f, device_id, purpose, a, &row));
	if (is_attested) {
		row.attested = f->now;
		row.fault = (struct bytes){ 0 };
	}
	TRY(store_proof_put(f->store, &row));
	TRY(appraising_put(f, device_id, a));
	/* What issues certificates is done when they are there. */
	bool is_done = is_attested && !purpose_find(purpose)->is_issuing;
	return is_done ? commands_finish_trip(f, device_id, purpose, a) : NULL;
}

/* It came late, or twice: that says nothing of the device. */
static bool is_of_conversation(fault why)
{
	static const fault all[] = { FAIL(ACT_EXPIRED), FAIL(ACT_CONSUMED), FAIL(TICKET_INVALID) };
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
	if (!is_of_conversation(why)) {
		TRY(find(f, shown->id, purpose, a, &row));
		row.fault = bytes_text(why->name);
		TRY(store_proof_put(f->store, &row));
		TRY(appraising_put(f, row.device_id, a));
	}
	return commands_refuse(f, &(struct commands_refusal){ shown->id, purpose, why }, a);
}
