#include "flow/naming.h"

#include "policy/tpmclass.h"
#include "store/store_conflict.h"

/* The claim is kept with the fault: it is for a person to settle (flow/conflict.h). */
static fault refuse(struct naming *n, fault why, struct bytes device)
{
	n->claimed_device = device;
	n->claimed_registration = n->registration ? n->registration->id : (struct bytes){ 0 };
	return why;
}

/* Labels are not believed, but a machine does not change its own serial number. */
static bool is_other(struct bytes serial, struct bytes claimed)
{
	return serial.n && claimed.n && !is_bytes_equal(serial, claimed);
}

static fault find_registration(struct flow *f, const struct naming_of *of, struct arena *a, struct naming *n)
{
	if (of->ek_hash.p)
		TRY(store_registration_find_by_ek(f->store, of->ek_hash, a, &n->registration));
	n->is_by_key = n->registration != NULL;
	if (n->registration && is_other(n->registration->serial, of->serial))
		return refuse(n, FAIL(SERIAL_MISMATCH), n->registration->device_id);
	if (n->registration || of->serial.n == 0)
		return NULL;
	TRY(store_registration_find_by_serial(f->store, of->serial, a, &n->registration));
	if (n->registration && n->registration->ek_hash.p && of->ek_hash.p)
		return refuse(n, FAIL(ID_EK_MISMATCH), n->registration->device_id);
	return NULL;
}

/* A token that is not there is no fault here: whoever needs one says so. */
static fault find_token(struct flow *f, const struct naming_of *of, struct arena *a, struct naming *n)
{
	if (!of->token_id.p)
		return NULL;
	fault why = store_token_get(f->store, of->token_id, a, &n->token);
	if (n->token)
		n->user = (struct naming_user){ true, n->token->upn };
	return why == FAIL(NOT_FOUND) ? NULL : why;
}

/* Nor is a provider that is not there. Whom its token names comes with the answer. */
static fault find_idp(struct flow *f, const struct naming_of *of, struct arena *a, struct naming *n)
{
	if (of->idp.p)
		TRY(store_idp_find(f->store, of->idp, a, &n->idp));
	if (n->idp)
		n->user.is_there = true;
	return NULL;
}

static fault find_profile(struct flow *f, struct arena *a, struct naming *n)
{
	struct bytes id = n->registration ? n->registration->profile
			  : n->token      ? n->token->profile
			  : n->idp        ? n->idp->profile
					  : (struct bytes){ 0 };
	if (!id.p && n->shown)
		id = n->shown->profile;
	NEED(id.p || !n->registration, PROFILE_UNASSIGNED);
	if (!id.p)
		return NULL;
	n->named_profile = id;
	fault why = store_profile_get(f->store, id, a, &n->profile);
	return why == FAIL(NOT_FOUND) ? FAIL(PROFILE_MISSING) : why;
}

/* A profile may send virtual TPMs to another, whose own word on them counts then. */
static fault find_virtual_profile(struct flow *f, uint64_t class, struct arena *a, struct naming *n)
{
	const struct store_profile *p = n->profile;
	bool is_other = p && class == ANCHORS_VIRTUAL && p->virtual == TPMCLASS_OWN && p->virtual_profile.p;
	return is_other ? store_profile_get(f->store, p->virtual_profile, a, &n->profile) : NULL;
}

/*
 * One TPM, one device: a registration that became a device stays with that device's TPM, and the other way
 * round.
 */
static fault check_device(const struct naming_of *of, struct naming *n)
{
	const struct store_registration *r = n->registration;
	const struct store_device *d = n->device;
	if (!of->ek_hash.p)
		return NULL;
	bool is_moved = r && d && d->registration.p && !is_bytes_equal(d->registration, r->id);
	if (is_moved || (d && is_other(d->serial, of->serial)))
		return refuse(n, FAIL(EK_DUPLICATE), d->id);
	bool is_taken = r && r->device_id.p && !n->is_by_key && !(d && is_bytes_equal(d->id, r->device_id));
	return is_taken ? refuse(n, FAIL(ID_EK_MISMATCH), r->device_id) : NULL;
}

/* Its TPM is the one it enrolled with, or its first. That it comes without is judged with the proof. */
static fault check_shown(const struct naming_of *of, struct naming *n)
{
	struct store_device *d = n->shown;
	if (!d || (n->device && is_bytes_equal(n->device->id, d->id)))
		return NULL;
	if (n->device)
		return refuse(n, FAIL(EK_DUPLICATE), n->device->id);
	bool is_first = !d->ek_hash.p && of->is_recovery;
	if (of->ek_hash.p && !is_first)
		return refuse(n, FAIL(DEVICE_OTHER_TPM), d->id);
	n->device = d;
	return NULL;
}

static fault find_all(struct flow *f, const struct naming_of *of, struct arena *a, struct naming *ret)
{
	TRY(find_registration(f, of, a, ret));
	TRY(find_token(f, of, a, ret));
	TRY(find_idp(f, of, a, ret));
	TRY(find_profile(f, a, ret));
	TRY(find_virtual_profile(f, of->class, a, ret));
	if (of->ek_hash.p)
		TRY(store_device_find_by_ek(f->store, of->ek_hash, a, &ret->device));
	TRY(check_shown(of, ret));
	return check_device(of, ret);
}

/* What a TPM claims of another's is for a person to settle, who may have done so for good. */
fault naming_find(struct flow *f, const struct naming_of *of, struct arena *a, struct naming *ret)
{
	uint64_t retired = 0;
	*ret = (struct naming){ .shown = of->shown };
	fault why = find_all(f, of, a, ret);
	bool is_claim = ret->claimed_device.p || ret->claimed_registration.p;
	if (why && is_claim && of->ek_hash.p)
		TRY(store_conflict_count(f->store, of->ek_hash, STORE_CONFLICT_RETIRED, &retired));
	return retired ? FAIL(DEVICE_BLOCKED) : why;
}

void naming_judge(const struct naming *n, uint64_t class, uint8_t outcomes[static CHECK_COUNT])
{
	verdict_judge(outcomes, CHECK_EK_REGISTERED, n->is_by_key);
	if (!n->profile)
		return;
	const struct tpmclass_rule rule = { (enum tpmclass_mode)n->profile->virtual,
					    (enum tpmclass_mode)n->profile->unknown };
	tpmclass_judge(&rule, (enum anchors_class)class, outcomes);
}
