#include "flow/naming.h"

static fault find_registration(struct flow *f, const struct naming_of *of, struct arena *a, struct naming *n)
{
	if (of->ek_hash.p)
		TRY(store_registration_find_by_ek(f->store, of->ek_hash, a, &n->registration));
	n->is_by_key = n->registration != NULL;
	if (n->registration || of->serial.n == 0)
		return NULL;
	TRY(store_registration_find_by_serial(f->store, of->serial, a, &n->registration));
	if (n->registration && n->registration->ek_hash.p)
		NEED(!of->ek_hash.p, ID_EK_MISMATCH);
	return NULL;
}

/* A token that is not there is no fault here: whoever needs one says so. */
static fault find_token(struct flow *f, const struct naming_of *of, struct arena *a, struct naming *n)
{
	if (!of->token_id.p)
		return NULL;
	fault why = store_token_get(f->store, of->token_id, a, &n->token);
	return why == FAIL(NOT_FOUND) ? NULL : why;
}

static fault find_profile(struct flow *f, struct arena *a, struct naming *n)
{
	struct bytes id = n->registration ? n->registration->profile
			  : n->token      ? n->token->profile
					  : (struct bytes){ 0 };
	if (!id.p)
		return NULL;
	fault why = store_profile_get(f->store, id, a, &n->profile);
	return why == FAIL(NOT_FOUND) ? FAIL(PROFILE_MISSING) : why;
}

/*
 * One TPM, one device: a registration that became a device stays with that device's TPM, and the other way
 * round.
 */
static fault check_device(const struct naming_of *of, const struct naming *n)
{
	const struct store_registration *r = n->registration;
	if (!r || !of->ek_hash.p)
		return NULL;
	if (n->device && n->device->registration.p)
		NEED(is_bytes_equal(n->device->registration, r->id), EK_DUPLICATE);
	if (r->device_id.p && !n->is_by_key)
		NEED(n->device && is_bytes_equal(n->device->id, r->device_id), ID_EK_MISMATCH);
	return NULL;
}

fault naming_find(struct flow *f, const struct naming_of *of, struct arena *a, struct naming *ret)
{
	struct naming n = { 0 };
	TRY(find_registration(f, of, a, &n));
	TRY(find_token(f, of, a, &n));
	TRY(find_profile(f, a, &n));
	if (of->ek_hash.p)
		TRY(store_device_find_by_ek(f->store, of->ek_hash, a, &n.device));
	TRY(check_device(of, &n));
	*ret = n;
	return NULL;
}
