/*
 * history: what happened to a device, or to a TPM that never became one, event by event.
 */
#ifndef FLOW_HISTORY_H
#define FLOW_HISTORY_H

#include "attest/verdict.h"
#include "flow/flow.h"
#include "flow/hindsight.h"
#include "store/store_audit.h"
#include "store/store_certificate.h"
#include "store/store_conflict.h"
#include "store/store_decision.h"
#include "store/store_event.h"
#include "store/store_refusal.h"
#include "store/store_registration.h"
#include "store/store_verdict.h"

/* An event with the record it is about, by its kind; the others are NULL. */
struct history_event {
	struct store_event at;
	struct store_registration *registration;
	struct store_conflict *conflict;
	struct store_decision *decision;
	struct store_certificate *certificate;
	struct store_audit *audit;
	struct store_verdict *verdict; /* of what was judged, refused or admitted */
	bool has_outcomes;             /* it can be read: it is of this program's edition */
	struct verdict outcomes;
	struct hindsight *hindsight; /* of the refusal that stands */
	struct bytes restriction;    /* of a decision: the name of what decided, as it is now */
};

struct history_list {
	size_t n;
	struct history_event *v;
	bool is_last; /* there is no further page */
};

/*
 * One page of events, the first first; all in the arena. id is that of a device, also of one that was
 * deleted, or an EK hash. NOT_FOUND when nothing is known of either.
 */
MUST fault history_list(struct flow *f, struct bytes id, const struct store_event_page *page, struct arena *a,
			struct history_list *ret);

#endif
