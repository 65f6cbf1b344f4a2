#include "flow/requests.h"

#include "flow/refusal.h"
#include "store/store_evidence.h"
#include "store/store_verdict.h"
#include "wire/dossier.h"

static void read_outcomes(uint64_t edition, struct bytes outcomes, struct bytes required,
			  struct requests_found *ret)
{
	ret->has_outcomes = edition == VERDICT_EDITION &&
			    bytes_copy(outcomes, ret->outcomes.of, CHECK_COUNT) &&
			    bytes_copy(required, ret->outcomes.required, CHECK_COUNT);
}

/* Evidence is kept of a device's latest refusal, and of more once it is admitted. */
static fault find_refused(struct flow *f, struct arena *a, struct requests_found *ret)
{
	const struct store_failure *row = ret->failure;
	struct store_refusal *refusal = NULL;
	struct store_verdict verdict;
	read_outcomes(row->edition, row->outcomes, row->required, ret);
	ret->begun = row->begun;
	fault why = store_refusal_get(f->store, row->device, a, &refusal);
	if (why)
		return why == FAIL(NOT_FOUND) ? NULL : why;
	if (!is_bytes_equal(refusal->request_id, row->request_id))
		return NULL;
	TRY(refusal_build_verdict(refusal, a, &verdict));
	ret->evidence = verdict.evidence;
	return NULL;
}

/* When the challenge was made stands in the ticket that is kept with the evidence. */
static fault find_begun(struct flow *f, struct bytes digest, struct arena *a, struct requests_found *ret)
{
	struct store_evidence *kept = NULL;
	struct dossier d;
	struct ticket t;
	fault why = store_evidence_get(f->store, digest, a, &kept);
	if (why)
		return why == FAIL(NOT_FOUND) ? NULL : why;
	ret->evidence = digest;
	if (!message_parse(&dossier_message, kept->body, &d) && d.ticket.p &&
	    !message_parse(&ticket_message, d.ticket, &t))
		ret->begun = (int64_t)t.issued;
	return NULL;
}

static fault find_admitted(struct flow *f, struct arena *a, struct requests_found *ret)
{
	const struct store_enrolment *e = ret->enrolment;
	struct store_verdict *v = NULL;
	fault why = store_device_get(f->store, e->device_id, a, &ret->device);
	TRY(why == FAIL(NOT_FOUND) ? NULL : why);
	TRY(store_decision_list_by_ticket(f->store, e->device_id, e->ticket_id, a, &ret->decisions));
	TRY(store_verdict_find_ticket(f->store, e->device_id, e->ticket_id, a, &v));
	if (!v)
		return NULL;
	read_outcomes(v->edition, v->outcomes, v->required, ret);
	return v->evidence.p ? find_begun(f, v->evidence, a, ret) : NULL;
}

fault requests_get(struct flow *f, struct bytes request_id, struct arena *a, struct requests_found *ret)
{
	*ret = (struct requests_found){ 0 };
	TRY(store_failure_find(f->store, request_id, a, &ret->failure));
	if (ret->failure)
		return find_refused(f, a, ret);
	TRY(store_enrolment_find_request(f->store, request_id, a, &ret->enrolment));
	NEED(ret->enrolment != NULL, NOT_FOUND);
	return find_admitted(f, a, ret);
}
