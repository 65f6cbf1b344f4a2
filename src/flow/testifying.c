#include "flow/testifying.h"

#include "cert/jwt.h"
#include "cert/result.h"
#include "flow/appraising.h"
#include "flow/gating.h"
#include "flow/keeping.h"
#include "flow/minting.h"
#include "store/store_proof.h"

/* One device under way. */
struct work {
	struct flow *f;
	struct arena *a;
	const struct store_device *d;
	struct compliance_finding finding;
	struct result r;
};

static bool has_reason(const struct work *w, fault why)
{
	for (size_t i = 0; i < w->finding.n; i++)
		if (w->finding.v[i].why == why)
			return true;
	return false;
}

static bool is_proved(const struct work *w)
{
	return w->d->assurance & (TRIP_ASSURED_KEY | TRIP_ASSURED_CERTIFICATE);
}

/* An attestation that failed may be another's. */
static uint64_t instance_of(const struct work *w)
{
	if (has_reason(w, FAIL(ATTESTATION_FAILED)))
		return RESULT_CONTRAINDICATED;
	return is_proved(w) ? RESULT_AFFIRMING : 0;
}

static uint64_t hardware_of(const struct work *w)
{
	bool is_weak = has_reason(w, FAIL(FIRMWARE_VULNERABLE)) || has_reason(w, FAIL(KEY_BEFORE_FIX));
	bool is_genuine = w->d->tpm_class == ANCHORS_DISCRETE || w->d->tpm_class == ANCHORS_FIRMWARE;
	if (!is_proved(w))
		return 0;
	return is_weak ? RESULT_WARNING : is_genuine ? RESULT_AFFIRMING : 0;
}

/* Where the device key is kept. */
static fault put_storage(struct work *w)
{
	enum keystate key;
	TRY(keeping_find(w->f, w->d, &key));
	if (key == KEYSTATE_SOFTWARE)
		w->r.storage = RESULT_WARNING;
	else if (key == KEYSTATE_ATTESTED)
		w->r.storage = RESULT_AFFIRMING;
	return NULL;
}

static fault put_proof(struct work *w)
{
	struct store_proof *proof = NULL;
	TRY(store_proof_find(w->f->store, w->d->id, w->a, &proof));
	w->r.attested = proof ? (uint64_t)proof->attested : 0;
	return NULL;
}

fault testifying_build(struct flow *f, struct bytes device_id, struct arena *a, const struct result **ret)
{
	struct store_device *d = NULL;
	struct work *w = arena_alloc(a, sizeof(*w));
	NEED(w != NULL, SYS_MEMORY);
	TRY(store_device_get(f->store, device_id, a, &d));
	TRY(minting_check_device(f, d));
	*w = (struct work){ .f = f, .a = a, .d = d };
	TRY(appraising_judge(f, d, a, &w->finding));
	w->r = (struct result){
		.device_id = d->id,
		.issued = (uint64_t)f->now,
		.expires = (uint64_t)f->now + TESTIFYING_LIFE_S,
		.state = w->finding.state,
		.assurance = d->assurance,
		.class = bytes_text(anchors_class_word((enum anchors_class)d->tpm_class)),
		.instance = instance_of(w),
		.hardware = hardware_of(w),
	};
	TRY(appraising_codes(&w->finding, a, &w->r.reasons));
	TRY(put_storage(w));
	TRY(put_proof(w));
	TRY(gating_find_key(f, d->id, (struct bytes){ 0 }, a, &w->r.key));
	TRY(flow_id_new(f, a, &w->r.id));
	*ret = &w->r;
	return NULL;
}
