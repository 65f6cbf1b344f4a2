/*
 * issuance: from the CA's signature to the reply: T2, and what a restart finds undone.
 */
#ifndef FLOW_ISSUANCE_H
#define FLOW_ISSUANCE_H

#include "flow/flow.h"

/* The certificates of one ticket as the CA signed them, in the order they were asked for. */
struct issuance {
	struct bytes ticket_id;
	size_t n;
	struct issue issue[FLOW_ISSUES_MAX];
	struct bytes der[FLOW_ISSUES_MAX];
};

/*
 * Writes T2: certificates stored, earlier ones of the device revoked, registration and refusal brought up to
 * date, the grant stored as the ticket's reply. *ret_answer is that reply. CONFLICT when the ticket is no
 * longer an intent.
 */
MUST fault issuance_finish(struct flow *f, const struct issuance *i, struct arena *a,
			   struct flow_answer *ret_answer);

/*
 * The CA will not sign: the ticket is void with that fault, its certificates too, and a device that has no
 * other goes.
 */
MUST fault issuance_void(struct flow *f, struct bytes ticket_id, fault why, struct arena *a);

struct issuance_list {
	size_t n;
	struct issuance *v;
};

/*
 * The open intents after the ticket id page.after (absent: from the start), at most page.limit of them, as
 * requests for the CA, in the arena. None is the end.
 */
MUST fault issuance_list(struct flow *f, struct store_page page, struct arena *a, struct issuance_list *ret);

#endif
