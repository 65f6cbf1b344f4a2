/*
 * admission: the second trip, in core, up to T1: is the answer good, may the device join, may it enrol, and
 * what certificates is it to get.
 */
#ifndef FLOW_ADMISSION_H
#define FLOW_ADMISSION_H

#include "flow/flow.h"
#include "flow/judgement.h"

struct admission {
	struct arena *arena;
	struct flow_answer answer; /* a refusal, or the reply of a ticket that was answered before */
	bool is_open; /* the ticket is an intent already, of an earlier sending of this request */
	size_t issues;             /* certificates to ask the CA for; 0: answer holds all there is to say */
	struct issue issue[FLOW_ISSUES_MAX];
	struct bytes ticket_id;
	bool has_ticket; /* it could be unsealed */
	struct ticket ticket;
	struct naming naming;       /* of a refusal: what the device claimed of another's */
	struct judgement judgement; /* with nothing required when records decided before proof */
};

/*
 * Judges the answer and writes T1: the ticket is spent, device, evidence, verdict, decisions, certificates
 * to be, audit. The fault returned is why not; core then takes back whatever was written and, when the
 * device is to blame, calls admission_refuse. What needs no writing (a known ticket, too many attempts)
 * stands in ret->answer. Everything lives in the arena.
 */
MUST fault admission_build(struct flow *f, const struct answer_facts *facts, struct arena *a,
			   struct admission *ret);

/* Records the refusal and counts the failure; evidence that does not hold burns its challenge. */
MUST fault admission_refuse(struct flow *f, const struct answer_facts *facts, const struct admission *a,
			    fault why);

#endif
