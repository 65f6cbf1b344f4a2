#include "flow/inventory.h"

#include "cert/crl.h"
#include "flow/notifying.h"
#include "flow/profiles.h"
#include "flow/totals.h"
#include "flow/weakness.h"
#include "store/store_certificate.h"
#include "store/store_evidence.h"
#include "store/store_verdict.h"

#define INVENTORY_TOKEN_LIFETIME_S 86400

fault inventory_build_registration(struct flow *f, const struct inventory_actor *by,
				   const struct registration_new *in, struct arena *a,
				   struct store_registration *ret)
{
	struct store_profile *profile = NULL;
	NEED(in->ek_hash.p || in->serial_number.n, PARSE_FIELD);
	if (in->profile.n)
		TRY(profiles_get_named(f, by, in->profile, a, &profile));
	else
		TRY(profiles_put_default(f, by, a));
	*ret = (struct store_registration){
		.ek_hash = in->ek_hash,
		.serial = bytes_unless_empty(in->serial_number),
		.profile = profile ? profile->id : (struct bytes){ 0 },
		.group_tag = bytes_unless_empty(in->group_tag),
		.name = bytes_unless_empty(in->display_name),
		.created = f->now,
		.state = STORE_REGISTRATION_NOT_CONTACTED,
		.assigned_user = bytes_unless_empty(in->assigned_user_principal_name),
		.product_key = bytes_unless_empty(in->product_key),
		.hardware = bytes_unless_empty(in->hardware),
		.hardware_digest = in->hardware_digest,
	};
	return NULL;
}

fault inventory_put_registration(struct flow *f, const struct inventory_actor *by,
				 const struct registration_new *in, struct arena *a,
				 struct store_registration **ret)
{
	struct store_registration row;
	TRY(inventory_build_registration(f, by, in, a, &row));
	TRY(flow_id_new(f, a, &row.id));
	TRY(store_registration_put(f->store, &row));
	TRY(flow_audit(f, by->name, "registration.add", row.id, by->request_id));
	return store_registration_get(f->store, row.id, a, ret);
}

fault inventory_put_token(struct flow *f, const struct inventory_actor *by, const struct token_new *in,
			  struct arena *a, const char **ret_text)
{
	struct store_profile *profile = NULL;
	struct flow_token t;
	TRY(profiles_get_named(f, by, in->profile, a, &profile));
	TRY(flow_token_new(TOKEN_ENROLMENT, a, &t));
	const struct store_token row = {
		.id = t.id,
		.hash = t.hash,
		.profile = profile->id,
		.created = f->now,
		.expires = f->now + (int64_t)(in->lifetime_s ? in->lifetime_s : INVENTORY_TOKEN_LIFETIME_S),
		.uses_max = in->uses ? in->uses : 1,
		.upn = bytes_unless_empty(in->user_principal_name),
	};
	TRY(store_token_put(f->store, &row));
	*ret_text = t.text;
	return flow_audit(f, by->name, "token.add", row.id, by->request_id);
}

fault inventory_delete_registration(struct flow *f, const struct inventory_actor *by, struct bytes id)
{
	TRY(store_registration_delete(f->store, id));
	return flow_audit(f, by->name, "registration.remove", id, by->request_id);
}

fault inventory_delete_token(struct flow *f, const struct inventory_actor *by, struct bytes id)
{
	TRY(store_token_delete(f->store, id));
	return flow_audit(f, by->name, "token.remove", id, by->request_id);
}

fault inventory_list(struct flow *f, const struct selection *q, struct arena *a, struct store_listing *ret)
{
	TRY(store_listing_list(f->store, q, a, ret));
	return q->view == STORE_LISTING_REPORT_FIRMWARE ? weakness_find(f, ret, a) : NULL;
}

fault inventory_get_listed(struct flow *f, const struct inventory_listed *which, struct arena *a,
			   const void **ret)
{
	struct store_listing found;
	const struct selection_value id = { .kind = SELECTION_BYTES, .view = which->id };
	const struct selection q = {
		.view = which->view, .nodes_n = 1, .nodes = { { SELECTION_EQ, which->column, id } }, .top = 1
	};
	TRY(store_listing_list(f->store, &q, a, &found));
	NEED(found.n > 0, NOT_FOUND);
	*ret = found.v[0];
	return NULL;
}

fault inventory_count(struct flow *f, const struct selection *q, struct arena *a,
		      struct store_listing_total *ret)
{
	if (f->totals && totals_find(f->totals, q, f->now, ret))
		return NULL;
	TRY(store_listing_count(f->store, q, a, ret));
	if (f->totals && !ret->is_all)
		totals_put(f->totals, q, f->now);
	return NULL;
}

fault inventory_list_tokens(struct flow *f, struct store_page page, struct arena *a,
			    struct store_token_list *ret)
{
	return store_token_list(f->store, page, a, ret);
}

fault inventory_list_conflicts(struct flow *f, struct store_page page, struct arena *a,
			       struct store_conflict_list *ret)
{
	return store_conflict_list(f->store, page, a, ret);
}

fault inventory_free_registration(struct flow *f, struct bytes id, struct arena *a)
{
	struct store_registration *r = NULL;
	TRY(store_registration_get(f->store, id, a, &r));
	r->device_id = (struct bytes){ 0 };
	r->state = STORE_REGISTRATION_NOT_CONTACTED;
	r->userless = DEPLOYMENT_USERLESS_UNKNOWN;
	r->phase = PROVISIONING_NONE;
	r->phase_since = f->now;
	return store_registration_update(f->store, r);
}

fault inventory_update_userless(struct flow *f, const struct inventory_actor *by, struct bytes id,
				struct arena *a)
{
	struct store_registration *r = NULL;
	TRY(store_registration_get(f->store, id, a, &r));
	r->userless = DEPLOYMENT_USERLESS_ALLOWED;
	r->phase = provisioning_after((enum provisioning_phase)r->phase, PROVISIONING_ALLOW);
	r->phase_since = f->now;
	TRY(store_registration_update(f->store, r));
	return flow_audit(f, by->name, "registration.allow", id, by->request_id);
}

/* Nothing that it was issued is good any more, and its registration waits for a device again. */
static fault end_device(struct flow *f, const struct store_device *d, struct arena *a)
{
	uint64_t open;
	TRY(store_certificate_count_open(f->store, d->id, &open));
	NEED(open == 0, SYS_BUSY);
	TRY(store_certificate_revoke_by_device(f->store, d->id, CRL_CESSATION, f->now));
	return d->registration.p ? inventory_free_registration(f, d->registration, a) : NULL;
}

fault inventory_retire_device(struct flow *f, const struct inventory_actor *by, struct bytes id,
			      struct arena *a)
{
	struct store_device *d = NULL;
	TRY(store_device_get(f->store, id, a, &d));
	NEED(d->state == STORE_DEVICE_ACTIVE, CONFLICT);
	TRY(end_device(f, d, a));
	d->state = STORE_DEVICE_RETIRED;
	d->registration = (struct bytes){ 0 };
	d->updated = f->now;
	TRY(store_device_update(f->store, d));
	TRY(notifying_put(f, &(struct notice){ .kind = NOTICE_RETIRED, .device_id = id }, a));
	return flow_audit(f, by->name, "device.retire", id, by->request_id);
}

fault inventory_delete_device(struct flow *f, const struct inventory_actor *by, struct bytes id,
			      struct arena *a)
{
	struct store_device *d = NULL;
	TRY(store_device_get(f->store, id, a, &d));
	TRY(end_device(f, d, a));
	TRY(store_device_delete(f->store, id));
	if (d->state == STORE_DEVICE_ACTIVE)
		TRY(notifying_put(f, &(struct notice){ .kind = NOTICE_RETIRED, .device_id = id }, a));
	return flow_audit(f, by->name, "device.delete", id, by->request_id);
}

fault inventory_get_device(struct flow *f, struct bytes id, struct arena *a, struct store_device **ret)
{
	return store_device_get(f->store, id, a, ret);
}

fault inventory_get_refusal(struct flow *f, struct bytes key, struct arena *a, struct store_refusal **ret)
{
	return store_refusal_get(f->store, key, a, ret);
}

fault inventory_get_evidence(struct flow *f, struct bytes device_id, struct arena *a, struct bytes *ret)
{
	struct store_verdict *v = NULL;
	struct store_evidence *e = NULL;
	TRY(store_verdict_find_latest(f->store, device_id, a, &v));
	NEED(v && v->evidence.p, NOT_FOUND);
	TRY(store_evidence_get(f->store, v->evidence, a, &e));
	*ret = e->body;
	return NULL;
}

fault inventory_get_registration(struct flow *f, struct bytes id, struct arena *a,
				 struct store_registration **ret)
{
	return store_registration_get(f->store, id, a, ret);
}
