#include "flow/hindsight.h"

#include "flow/blocking.h"
#include "flow/phase.h"
#include "flow/restricting.h"
#include "policy/purpose.h"
#include "store/store_issuer.h"
#include "wire/dossier.h"

/* One refusal under way. */
struct work {
	struct flow *f;
	const struct store_refusal *row;
	struct arena *a;
	struct dossier d;
	struct naming n;
	struct restrictions restrictions;
	struct decision_case c;
};

/* False when its outcomes are of another edition. */
static bool read_dossier(struct work *w)
{
	struct verdict *v = &w->c.verdict;
	return w->row->evidence.p && !message_parse(&dossier_message, w->row->evidence, &w->d) &&
	       w->d.edition == VERDICT_EDITION && bytes_copy(w->d.outcomes, v->of, CHECK_COUNT);
}

/* The records refused before they came to the profile. */
static fault find_profile(struct work *w)
{
	const struct store_registration *r = w->n.registration;
	if (w->n.profile || !r || !r->profile.p)
		return NULL;
	fault why = store_profile_get(w->f->store, r->profile, w->a, &w->n.profile);
	return why == FAIL(NOT_FOUND) ? NULL : why;
}

static enum trip_purpose purpose_of(const struct work *w)
{
	struct evidence e;
	bool is_kept = w->d.evidence.p && !message_parse(&evidence_message, w->d.evidence, &e);
	return is_kept ? (enum trip_purpose)e.purpose : TRIP_ENROLL;
}

static fault find_records(struct work *w)
{
	const struct naming_of of = { .ek_hash = w->row->ek_hash,
				      .serial = w->row->serial,
				      .class = w->row->tpm_class };
	fault why = naming_find(w->f, &of, w->a, &w->n);
	if (why && !is_fault_refusal(why))
		return why;
	/* Which device showed its certificate is not kept, so what the records denied it stands. */
	fault told = fault_find(w->row->fault);
	w->c.vouch.is_managed = purpose_find(purpose_of(w))->is_managed;
	bool is_denied = w->c.vouch.is_managed && told && told->kind == FAULT_DENIED;
	w->c.records = is_denied ? told : why;
	return find_profile(w);
}

/* Words of the profile as it is now or, where no registration leads to one, as it was. */
static void put_words(struct work *w)
{
	const struct store_profile *p = w->n.profile;
	const struct store_registration *r = w->n.registration;
	const struct dossier *d = &w->d;
	bool has_token = d->named & DOSSIER_NAMED_TOKEN;
	bool has_user = d->named & DOSSIER_NAMED_USER;
	bool is_then = !p && (has_token || has_user || w->c.vouch.is_managed);
	w->c.vouch = (struct vouch_case){
		.mode = (enum vouch_mode)(p         ? p->attestation
					  : is_then ? d->attestation
						    : 0),
		.has_tpm = w->row->ek_hash.p,
		.is_registered_key = w->n.is_by_key,
		.is_registered_label = r && !w->n.is_by_key,
		.has_token = has_token,
		.has_user = has_user,
		.is_managed = w->c.vouch.is_managed,
		.is_plain = w->c.vouch.is_managed && purpose_of(w) == TRIP_RENEW,
	};
	w->c.classes = (struct tpmclass_rule){
		(enum tpmclass_mode)(p         ? p->virtual
				     : is_then ? d->virtual
					       : 0),
		(enum tpmclass_mode)(p         ? p->unknown
				     : is_then ? d->unknown
					       : 0),
	};
	w->n.user = (struct naming_user){ has_token || has_user, d->upn };
	w->c.limits = w->f->limits->provisioning;
	w->c.provisioning = (struct provisioning_case){ .usage = DEPLOYMENT_SELF,
							.purpose = purpose_of(w),
							.is_registered = r != NULL,
							.has_credential = has_token || has_user };
	if (p && !w->c.vouch.is_managed)
		w->c.provisioning = phase_case(w->f, &w->n, purpose_of(w));
}

static void put_tpm(struct work *w)
{
	const struct dossier *d = &w->d;
	w->c.class = (enum anchors_class)w->row->tpm_class;
	w->c.blocklist = blocking_find(w->f);
	w->c.tpm = (struct blocklist_tpm){
		.maker = w->row->tpm_maker,
		.model = d->tpm_model,
		.version = d->tpm_version,
		.has_firmware = d->tpm_firmware != 0,
		.firmware = d->tpm_firmware,
		.errata = d->tpm_errata,
		.ak = { (enum blocklist_kind)d->ak_kind, d->ak_born },
		.device = { (enum blocklist_kind)d->key_kind, d->key_born },
	};
}

static void put_facts(struct work *w)
{
	const struct store_refusal *row = w->row;
	const struct store_registration *r = w->n.registration;
	w->c.facts = (struct attribute_facts){
		.tpm_maker = row->tpm_maker,
		.tpm_model = w->d.tpm_model,
		.firmware = w->d.tpm_firmware,
		.profile = w->n.profile ? w->n.profile->name : (struct bytes){ 0 },
		.group_tag = r ? r->group_tag : (struct bytes){ 0 },
		.name = row->name,
		.serial = row->serial,
		.manufacturer = row->manufacturer,
		.model = row->model,
		.os = row->os,
		.os_version = row->os_version,
	};
}

static fault count_devices(struct work *w, struct bytes name, struct restriction_user *ret)
{
	const struct store_device *own = w->n.device;
	ret->name = name;
	if (!name.n)
		return NULL;
	struct bytes but = own ? own->id : (struct bytes){ 0 };
	return store_device_count_by_user(w->f->store, name, but, &ret->devices);
}

static fault find_users(struct work *w)
{
	const struct store_registration *r = w->n.registration;
	TRY(count_devices(w, w->d.upn, &w->c.user));
	w->c.user.groups = w->d.named & DOSSIER_NAMED_USER ? &w->d.groups : NULL;
	return r ? count_devices(w, r->assigned_user, &w->c.assigned) : NULL;
}

static fault find_issuer(struct work *w, struct bytes *ret)
{
	struct store_issuer *issuer = NULL;
	if (w->row->ek_hash.p)
		TRY(store_issuer_find_by_ek(w->f->store, w->row->ek_hash, w->a, &issuer));
	*ret = issuer ? issuer->subject : (struct bytes){ 0 };
	return NULL;
}

fault hindsight_build(struct flow *f, const struct store_refusal *row, struct arena *a, struct hindsight *ret)
{
	struct work w = { .f = f, .row = row, .a = a, .restrictions = restricting_find(f) };
	struct bytes issuer;
	*ret = (struct hindsight){ .is_second = row->trip == 2 };
	if (!read_dossier(&w))
		return NULL;
	w.c.is_second = ret->is_second;
	w.c.restrictions = &w.restrictions;
	TRY(find_records(&w));
	put_words(&w);
	put_tpm(&w);
	put_facts(&w);
	TRY(find_users(&w));
	TRY(find_issuer(&w, &issuer));
	ret->is_known = true;
	ret->now = decision_check(&w.c);
	counterfactual_judge(&w.c, issuer, &ret->list);
	return NULL;
}
