/*
 * store_decision: may it join, may it enrol; two decisions, two records.
 */
#ifndef STORE_STORE_DECISION_H
#define STORE_STORE_DECISION_H

#include "store/record.h"
#include "store/store.h"

enum store_decision_kind { STORE_DECISION_JOIN = 1, STORE_DECISION_ENROLMENT };
enum store_decision_outcome { STORE_DECISION_DENY = 0, STORE_DECISION_ALLOW };

/*
 * restriction decided whether the device may enrol; monitored names those that would have turned it away if
 * they were on.
 */
#define STORE_DECISION_FIELDS(F, of) \
	F(of, ID, id, REQ)           \
	F(of, ID, ticket_id, REQ)    \
	F(of, ID, device_id, OPT)    \
	F(of, UINT, kind, REQ)       \
	F(of, UINT, outcome, REQ)    \
	F(of, TEXT, fault, OPT)      \
	F(of, TIME, created, REQ)    \
	F(of, ID, restriction, OPT)  \
	F(of, TEXT, monitored, OPT)
RECORD_STRUCT(store_decision, STORE_DECISION_FIELDS)

/* A decision with something monitored, and its device, whose name and serial number are as they are now. */
#define STORE_DECISION_HIT_FIELDS(F, of)     \
	F(of, ID, id, REQ)          \
	F(of, ID, device_id, OPT)   \
	F(of, TEXT, name, OPT)      \
	F(of, TEXT, serial, OPT)    \
	F(of, TEXT, monitored, OPT) \
	F(of, TIME, created, REQ)
RECORD_STRUCT(store_decision_hit, STORE_DECISION_HIT_FIELDS)

MUST fault store_decision_put(struct store *s, const struct store_decision *row);
MUST fault store_decision_get(struct store *s, struct bytes id, struct arena *a, struct store_decision **ret);
MUST fault store_decision_list_by_device(struct store *s, struct bytes device_id, struct store_page page,
					 struct arena *a, struct store_decision_list *ret);
/* Those of one ticket, which are few. */
MUST fault store_decision_list_by_ticket(struct store *s, struct bytes device_id, struct bytes ticket_id,
					 struct arena *a, struct store_decision_list *ret);
MUST fault store_decision_hit_list(struct store *s, struct store_page page, struct arena *a,
				   struct store_decision_hit_list *ret);

#endif
