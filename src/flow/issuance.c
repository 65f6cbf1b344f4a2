#include "flow/issuance.h"

#include <string.h>

#include "base/text.h"
#include "cert/crl.h"
#include "policy/deployment.h"
#include "store/store_certificate.h"
#include "store/store_device.h"
#include "store/store_enrolment.h"
#include "store/store_profile.h"
#include "store/store_registration.h"

static fault put_signed(struct flow *f, const struct issuance *i)
{
	for (size_t k = 0; k < i->n; k++)
		TRY(store_certificate_issue(f->store, i->issue[k].serial, i->der[k]));
	return NULL;
}

static fault update_registration(struct flow *f, const struct store_device *d, struct arena *a)
{
	struct store_registration *r = NULL;
	if (!d->registration.p)
		return NULL;
	fault why = store_registration_get(f->store, d->registration, a, &r);
	if (why)
		return why == FAIL(NOT_FOUND) ? NULL : why;
	r->state = STORE_REGISTRATION_ENROLLED;
	r->device_id = d->id;
	r->last_contact = f->now;
	struct store_profile *profile = NULL;
	TRY(store_profile_get(f->store, d->profile, a, &profile));
	const struct deployment_case c = { .usage = (enum deployment_usage)profile->usage,
					   .is_one_time = profile->one_time != 0,
					   .userless = (enum deployment_userless)r->userless };
	r->userless = deployment_userless_next(&c);
	return store_registration_update(f->store, r);
}

static fault build_grant(const struct flow *f, const struct issuance *i, const struct store_device *d,
			 struct arena *a, struct bytes *ret)
{
	char id[TEXT_UUID_SIZE];
	struct grant g = {
		.device_id = bytes_text(text_uuid(d->id.p, id)),
		.chain = f->chain,
		.attested = d->attested,
		.assurance = d->assurance,
		.time = (uint64_t)f->now,
		.name = d->name,
	};
	for (size_t k = 0; k < i->n; k++) {
		bool is_ak = i->issue[k].kind == FRAME_CERTIFICATE_AK;
		*(is_ak ? &g.ak_certificate : &g.device_certificate) = i->der[k];
	}
	return flow_encode(&grant_message, &g, a, ret);
}

fault issuance_finish(struct flow *f, const struct issuance *i, struct arena *a,
		      struct flow_answer *ret_answer)
{
	struct store_enrolment *e = NULL;
	struct store_device *d = NULL;
	struct bytes reply;
	TRY(store_enrolment_get(f->store, i->ticket_id, a, &e));
	NEED(e->state == STORE_ENROLMENT_INTENT && e->certificates == i->n, CONFLICT);
	TRY(store_device_get(f->store, e->device_id, a, &d));
	TRY(put_signed(f, i));
	/* One device, one set: what an earlier enrolment gave it ends now. */
	TRY(store_certificate_revoke_others(f->store, d->id, i->ticket_id, CRL_SUPERSEDED, f->now));
	TRY(update_registration(f, d, a));
	TRY(build_grant(f, i, d, a, &reply));
	e->state = STORE_ENROLMENT_ISSUED;
	e->reply = reply;
	e->finished = f->now;
	TRY(store_enrolment_finish(f->store, e));
	*ret_answer = (struct flow_answer){ .status = 200, .content = FRAME_CONTENT_CBOR, .body = reply };
	return flow_audit(f, "core", "enrolment.release", d->id, (struct bytes){ 0 });
}

fault issuance_void(struct flow *f, struct bytes ticket_id, fault why, struct arena *a)
{
	struct store_enrolment *e = NULL;
	uint64_t count, live;
	TRY(store_enrolment_get(f->store, ticket_id, a, &e));
	TRY(store_certificate_void_by_ticket(f->store, ticket_id, &count));
	e->state = STORE_ENROLMENT_VOID;
	e->fault = bytes_text(why->name);
	e->finished = f->now;
	TRY(store_enrolment_finish(f->store, e));
	TRY(store_certificate_count_live(f->store, e->device_id, &live));
	if (live == 0)
		TRY(store_device_delete(f->store, e->device_id));
	return flow_audit(f, "core", "enrolment.void", e->device_id, (struct bytes){ 0 });
}

static fault read_intent(struct flow *f, const struct store_enrolment *e, struct arena *a,
			 struct issuance *ret)
{
	const struct store_page page = { .limit = FLOW_ISSUES_MAX + 1 };
	struct store_certificate_list list;
	TRY(store_certificate_list_by_ticket(f->store, e->ticket_id, page, a, &list));
	NEED(list.n == e->certificates && list.n <= FLOW_ISSUES_MAX, BUG);
	ret->ticket_id = e->ticket_id;
	ret->n = list.n;
	for (size_t k = 0; k < list.n; k++) {
		const struct store_certificate *c = &list.v[k];
		ret->issue[k] = (struct issue){
			.kind = c->kind, .serial = c->serial, .device_id = c->device_id,
			.not_before = (uint64_t)c->not_before, .not_after = (uint64_t)c->not_after,
			.assurance = c->assurance, .key = c->key, .key_a = c->key_a, .key_b = c->key_b,
			.tbs_hash = c->tbs_hash,
		};
	}
	return NULL;
}

fault issuance_list(struct flow *f, struct store_page page, struct arena *a, struct issuance_list *ret)
{
	struct store_enrolment_list open;
	TRY(store_enrolment_list_open(f->store, page, a, &open));
	struct issuance *list = arena_alloc(a, (open.n + 1) * sizeof(*list));
	NEED(list != NULL, SYS_MEMORY);
	for (size_t i = 0; i < open.n; i++)
		TRY(read_intent(f, &open.v[i], a, &list[i]));
	*ret = (struct issuance_list){ open.n, list };
	return NULL;
}
