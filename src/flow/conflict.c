#include "flow/conflict.h"

#include "attest/alg.h"

fault conflict_put(struct flow *f, const struct naming *n, struct bytes anchor,
		   const struct store_refusal *refusal)
{
	uint8_t memory[64], key[ALG_DIGEST_MAX];
	struct arena a = { .p = memory, .n = sizeof(memory) };
	const struct bytes parts[] = { refusal->ek_hash, n->claimed_device, BYTES_TEXT("\n"),
				       n->claimed_registration };
	bool is_claim = n->claimed_device.p || n->claimed_registration.p;
	bool is_known = anchor.p || n->is_by_key || n->device;
	if (!is_claim || !is_known || !refusal->ek_hash.p || !refusal->key.p)
		return NULL;
	TRY(alg_digest(alg_hash_find(ALG_SHA256), parts, COUNT_OF(parts), key));
	struct store_conflict row = {
		.key = bytes_of(key, 32),
		.fault = refusal->fault,
		.state = STORE_CONFLICT_OPEN,
		.ek_hash = refusal->ek_hash,
		.device_id = n->claimed_device,
		.registration = n->claimed_registration,
		.peer = refusal->peer,
		.name = refusal->name,
		.serial = refusal->serial,
		.manufacturer = refusal->manufacturer,
		.model = refusal->model,
		.count = 1,
		.first = f->now,
		.last = f->now,
		.evidence = refusal->evidence,
	};
	TRY(flow_id_new(f, &a, &row.id));
	return store_conflict_put(f->store, &row, f->limits->refusals);
}

fault conflict_get(struct flow *f, struct bytes id, struct arena *a, struct store_conflict **ret)
{
	return store_conflict_get(f->store, id, a, ret);
}

/* The records an open claim is about; either may be gone, or never have been. */
struct dispute {
	struct store_conflict *claim;
	struct store_device *device;
	struct store_registration *registration;
};

/* A record that is gone is none; anything else is a fault. */
static bool is_found(fault why)
{
	return !why || why == FAIL(NOT_FOUND);
}

static fault open_dispute(struct flow *f, struct bytes id, struct arena *a, struct dispute *ret)
{
	struct dispute d = { 0 };
	fault why = NULL;
	TRY(store_conflict_get(f->store, id, a, &d.claim));
	NEED(d.claim->state == STORE_CONFLICT_OPEN, CONFLICT);
	if (d.claim->device_id.p)
		why = store_device_get(f->store, d.claim->device_id, a, &d.device);
	if (d.claim->registration.p && is_found(why))
		why = store_registration_get(f->store, d.claim->registration, a, &d.registration);
	*ret = d;
	return is_found(why) ? NULL : why;
}

static fault close_dispute(struct flow *f, const struct inventory_actor *by, const struct dispute *d,
			   enum store_conflict_state state)
{
	static const char *const actions[] = {
		[STORE_CONFLICT_APPROVED] = "conflict.approve",
		[STORE_CONFLICT_REPLACED] = "conflict.replace",
		[STORE_CONFLICT_RETIRED] = "conflict.retire",
	};
	const struct store_conflict row = {
		.id = d->claim->id, .state = state, .decided = f->now, .actor = bytes_text(by->name)
	};
	TRY(store_conflict_decide(f->store, &row));
	return flow_audit(f, by->name, actions[state], row.id, by->request_id);
}

/* A registration that names EK hash or serial number names the claimant's from now on. */
static fault give_registration(struct flow *f, const struct dispute *d, struct bytes device_id)
{
	struct store_registration *r = d->registration;
	if (!r)
		return NULL;
	r->device_id = device_id;
	r->state = device_id.p ? r->state : STORE_REGISTRATION_NOT_CONTACTED;
	TRY(store_registration_update(f->store, r));
	if (r->ek_hash.p)
		TRY(store_registration_update_ek(f->store, r->id, d->claim->ek_hash));
	return r->serial.p && d->claim->serial.p
		       ? store_registration_update_serial(f->store, r->id, d->claim->serial)
		       : NULL;
}

/*
 * The device moves to the registration; the one it had is free. Its TPM's clocks say nothing any more, nor is
 * the firmware of another TPM anything to compare with.
 */
static fault give_device(struct flow *f, const struct dispute *d, struct arena *a)
{
	struct store_device *device = d->device;
	const struct store_registration *r = d->registration;
	NEED(!r || !r->device_id.p || is_bytes_equal(r->device_id, device->id), CONFLICT);
	if (r && device->registration.p && !is_bytes_equal(device->registration, r->id))
		TRY(inventory_free_registration(f, device->registration, a));
	device->registration = r ? r->id : device->registration;
	device->serial = d->claim->serial.p ? d->claim->serial : device->serial;
	device->clock = device->reset_count = device->restart_count = 0;
	if (!is_bytes_equal(device->ek_hash, d->claim->ek_hash))
		device->firmware = 0;
	device->updated = f->now;
	TRY(store_device_update(f->store, device));
	return store_device_put_ek(f->store, device->id, d->claim->ek_hash);
}

fault conflict_approve(struct flow *f, const struct inventory_actor *by, struct bytes id, struct arena *a)
{
	struct dispute d;
	TRY(open_dispute(f, id, a, &d));
	if (d.device)
		TRY(give_device(f, &d, a));
	TRY(give_registration(f, &d, d.device ? d.device->id : (struct bytes){ 0 }));
	return close_dispute(f, by, &d, STORE_CONFLICT_APPROVED);
}

fault conflict_replace(struct flow *f, const struct inventory_actor *by, struct bytes id, struct arena *a)
{
	struct dispute d;
	TRY(open_dispute(f, id, a, &d));
	if (d.device) {
		TRY(inventory_retire_device(f, by, d.device->id, a));
		fault why = store_device_delete_ek(f->store, d.device->id, d.claim->ek_hash);
		TRY(why == FAIL(NOT_FOUND) ? NULL : why);
	}
	TRY(give_registration(f, &d, (struct bytes){ 0 }));
	return close_dispute(f, by, &d, STORE_CONFLICT_REPLACED);
}

fault conflict_retire(struct flow *f, const struct inventory_actor *by, struct bytes id, struct arena *a)
{
	struct dispute d;
	TRY(open_dispute(f, id, a, &d));
	return close_dispute(f, by, &d, STORE_CONFLICT_RETIRED);
}
