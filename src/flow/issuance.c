#include "flow/issuance.h"

#include <string.h>

#include "base/text.h"
#include "cert/crl.h"
#include "flow/appraising.h"
#include "flow/commands.h"
#include "flow/phase.h"
#include "flow/notifying.h"
#include "policy/purpose.h"
#include "store/store_certificate.h"
#include "store/store_device.h"
#include "store/store_enrolment.h"
#include "store/store_profile.h"
#include "store/store_registration.h"
#include "store/store_token.h"

/* What is released, and the records it is about. */
struct release {
	const struct issuance *issuance;
	struct store_enrolment *enrolment;
	struct store_device *device;
	struct store_profile *profile;
};

static fault put_signed(struct flow *f, const struct issuance *i)
{
	for (size_t k = 0; k < i->n; k++)
		TRY(store_certificate_issue(f->store, i->issue[k].serial, i->der[k]));
	return NULL;
}

static fault update_registration(struct flow *f, const struct release *of, struct arena *a)
{
	struct store_registration *r = NULL;
	if (!of->device->registration.p)
		return NULL;
	fault why = store_registration_get(f->store, of->device->registration, a, &r);
	if (why)
		return why == FAIL(NOT_FOUND) ? NULL : why;
	r->state = STORE_REGISTRATION_ENROLLED;
	r->device_id = of->device->id;
	r->last_contact = f->now;
	/* How far its enrolment came is no matter of a device that is managed already. */
	if (purpose_find(of->enrolment->purpose)->is_managed)
		return store_registration_update(f->store, r);
	return phase_update(f, of->profile, (enum trip_purpose)of->enrolment->purpose, r);
}

static fault build_grant(const struct flow *f, const struct release *of, struct arena *a, struct bytes *ret)
{
	char id[TEXT_UUID_SIZE];
	const struct store_device *d = of->device;
	struct grant g = {
		.device_id = bytes_text(text_uuid(d->id.p, id)),
		.chain = f->chain,
		.attested = d->attested,
		.assurance = d->assurance,
		.time = (uint64_t)f->now,
		.name = d->name,
		.profile = of->profile->name,
	};
	for (size_t k = 0; k < of->issuance->n; k++) {
		bool is_ak = of->issuance->issue[k].kind == FRAME_CERTIFICATE_AK;
		*(is_ak ? &g.ak_certificate : &g.device_certificate) = of->issuance->der[k];
	}
	return flow_encode(&grant_message, &g, a, ret);
}

static fault read_records(struct flow *f, struct release *of, struct arena *a)
{
	TRY(store_enrolment_get(f->store, of->issuance->ticket_id, a, &of->enrolment));
	const struct store_enrolment *e = of->enrolment;
	NEED(e->state == STORE_ENROLMENT_INTENT && e->certificates == of->issuance->n, CONFLICT);
	TRY(store_device_get(f->store, e->device_id, a, &of->device));
	return store_profile_get(f->store, of->device->profile, a, &of->profile);
}

fault issuance_finish(struct flow *f, const struct issuance *i, struct arena *a,
		      struct flow_answer *ret_answer)
{
	struct release of = { .issuance = i };
	struct bytes reply;
	TRY(read_records(f, &of, a));
	struct store_enrolment *e = of.enrolment;
	TRY(put_signed(f, i));
	/* One device, one set: what an earlier enrolment gave it ends now. */
	TRY(store_certificate_revoke_others(f->store, e->device_id, i->ticket_id, CRL_SUPERSEDED, f->now));
	TRY(store_device_update_upn(f->store, e->device_id, e->upn));
	TRY(update_registration(f, &of, a));
	TRY(build_grant(f, &of, a, &reply));
	e->state = STORE_ENROLMENT_ISSUED;
	e->reply = reply;
	e->finished = f->now;
	TRY(store_enrolment_finish(f->store, e));
	TRY(commands_finish_trip(f, e->device_id, e->purpose, a));
	const struct notice enrolled = { .kind = NOTICE_ENROLLED, .device_id = e->device_id };
	if (e->purpose == TRIP_ENROLL || e->purpose == TRIP_PROVISION)
		TRY(notifying_put(f, &enrolled, a));
	TRY(appraising_visit(f, of.device, a));
	*ret_answer = (struct flow_answer){ .status = 200, .content = FRAME_CONTENT_CBOR, .body = reply };
	return flow_audit(f, "core", "enrolment.release", e->device_id, (struct bytes){ 0 });
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
	if (e->token.p)
		TRY(store_token_release(f->store, e->token));
	TRY(commands_refuse(f, &(struct commands_refusal){ e->device_id, e->purpose, why }, a));
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
