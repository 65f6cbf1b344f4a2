#include "flow/history.h"

#include "flow/refusal.h"
#include "store/store_device.h"
#include "store/store_restriction.h"

/* A record that is gone is none. */
static fault unless_gone(fault why)
{
	return why == FAIL(NOT_FOUND) ? NULL : why;
}

/* --- whose events --------------------------------------------------------------------------------------- */

static fault find_device(struct flow *f, struct bytes id, struct arena *a, struct store_device **ret)
{
	if (id.n == RECORD_HASH_SIZE)
		return store_device_find_by_ek(f->store, id, a, ret);
	return unless_gone(store_device_get(f->store, id, a, ret));
}

/* What a TPM that was only ever refused says of its machine. */
static fault find_claimed_serial(struct flow *f, struct bytes ek_hash, struct arena *a, struct bytes *ret)
{
	struct store_refusal *row = NULL;
	TRY(unless_gone(store_refusal_get(f->store, ek_hash, a, &row)));
	*ret = row ? row->serial : (struct bytes){ 0 };
	return NULL;
}

/* The registration that speaks of the TPM, or else of the machine. */
static fault find_registration(struct flow *f, const struct store_device *d, struct store_event_of *of,
			       struct arena *a)
{
	struct store_registration *r = NULL;
	if (d && d->registration.p) {
		of->registration = d->registration;
		return NULL;
	}
	if (of->ek_hash.p)
		TRY(store_registration_find_by_ek(f->store, of->ek_hash, a, &r));
	struct bytes serial = d ? d->serial : (struct bytes){ 0 };
	if (!r && !d && of->ek_hash.p)
		TRY(find_claimed_serial(f, of->ek_hash, a, &serial));
	if (!r && serial.n)
		TRY(store_registration_find_by_serial(f->store, serial, a, &r));
	if (r)
		of->registration = r->id;
	return NULL;
}

static fault find_subject(struct flow *f, struct bytes id, struct arena *a, struct store_event_of *ret)
{
	struct store_device *d = NULL;
	TRY(find_device(f, id, a, &d));
	*ret = (struct store_event_of){ 0 };
	*(id.n == RECORD_HASH_SIZE ? &ret->ek_hash : &ret->device_id) = id;
	if (d) {
		ret->device_id = d->id;
		ret->ek_hash = ret->ek_hash.p ? ret->ek_hash : d->ek_hash;
	}
	return find_registration(f, d, ret, a);
}

/* --- what each is about --------------------------------------------------------------------------------- */

static void read_outcomes(struct history_event *e)
{
	const struct store_verdict *v = e->verdict;
	e->has_outcomes = v->edition == VERDICT_EDITION &&
			  bytes_copy(v->outcomes, e->outcomes.of, CHECK_COUNT) &&
			  bytes_copy(v->required, e->outcomes.required, CHECK_COUNT);
}

static fault get_registration(struct flow *f, struct arena *a, struct history_event *e)
{
	return store_registration_get(f->store, e->at.key, a, &e->registration);
}

static fault get_conflict(struct flow *f, struct arena *a, struct history_event *e)
{
	return store_conflict_get(f->store, e->at.key, a, &e->conflict);
}

static fault get_verdict(struct flow *f, struct arena *a, struct history_event *e)
{
	TRY(store_verdict_get(f->store, e->at.key, a, &e->verdict));
	read_outcomes(e);
	return NULL;
}

static fault get_decision(struct flow *f, struct arena *a, struct history_event *e)
{
	struct store_restriction *r = NULL;
	TRY(store_decision_get(f->store, e->at.key, a, &e->decision));
	if (e->decision->restriction.p)
		TRY(unless_gone(store_restriction_get(f->store, e->decision->restriction, a, &r)));
	e->restriction = r ? r->name : (struct bytes){ 0 };
	return NULL;
}

static fault get_certificate(struct flow *f, struct arena *a, struct history_event *e)
{
	return store_certificate_get(f->store, e->at.key, a, &e->certificate);
}

static fault get_audit(struct flow *f, struct arena *a, struct history_event *e)
{
	return store_audit_get(f->store, e->at.key, a, &e->audit);
}

static fault get_refusal(struct flow *f, struct arena *a, struct history_event *e)
{
	struct store_refusal *r = NULL;
	TRY(store_refusal_get(f->store, e->at.key, a, &r));
	e->verdict = arena_alloc(a, sizeof(*e->verdict));
	e->hindsight = arena_alloc(a, sizeof(*e->hindsight));
	NEED(e->verdict && e->hindsight, SYS_MEMORY);
	TRY(refusal_build_verdict(r, a, e->verdict));
	read_outcomes(e);
	return hindsight_build(f, r, a, e->hindsight);
}

static fault (*const getters[])(struct flow *f, struct arena *a, struct history_event *e) = {
	[STORE_EVENT_REGISTERED] = get_registration, [STORE_EVENT_CLAIMED] = get_conflict,
	[STORE_EVENT_JUDGED] = get_verdict,          [STORE_EVENT_DECIDED] = get_decision,
	[STORE_EVENT_ISSUED] = get_certificate,      [STORE_EVENT_ACTED] = get_audit,
	[STORE_EVENT_REVOKED] = get_certificate,     [STORE_EVENT_REFUSED] = get_refusal,
};

fault history_list(struct flow *f, struct bytes id, const struct store_event_page *page, struct arena *a,
		   struct history_list *ret)
{
	struct store_event_of of;
	struct store_event_list list;
	TRY(find_subject(f, id, a, &of));
	TRY(store_event_list(f->store, &of, page, a, &list));
	NEED(list.n || page->after, NOT_FOUND);
	struct history_event *events = arena_alloc(a, list.n * sizeof(*events) + 1);
	NEED(events != NULL, SYS_MEMORY);
	for (size_t i = 0; i < list.n; i++) {
		events[i].at = list.v[i];
		NEED(list.v[i].kind < COUNT_OF(getters) && getters[list.v[i].kind], SYS_STORAGE);
		TRY(getters[list.v[i].kind](f, a, &events[i]));
	}
	*ret = (struct history_list){ list.n, events, list.n < page->limit };
	return NULL;
}
