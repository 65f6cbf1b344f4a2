/*
 * decision: what a device is told, from all that decides on it, as values.
 *
 * Core looks things up and decides as it goes (flow/challenge.c, flow/admission.c); here the same rules, in
 * the same order, stand beside each other, so that what was decided can be decided again with another fact
 * (policy/counterfactual.h). Zeroed facts refuse.
 */
#ifndef POLICY_DECISION_H
#define POLICY_DECISION_H

#include "policy/blocklist.h"
#include "policy/provisioning.h"
#include "policy/restriction.h"
#include "policy/tpmclass.h"

struct decision_case {
	fault records;           /* why the records that speak of the device refuse it; NULL: they do not */
	bool is_second;          /* it answered a challenge; without, only whether it gets one is decided */
	struct verdict verdict;  /* outcomes as they were judged; what is required follows */
	struct vouch_case vouch; /* without first; no mode: nobody names the device */
	struct tpmclass_rule classes;
	enum anchors_class class;
	struct provisioning_case provisioning;
	struct provisioning_limits limits;
	const struct blocklist *blocklist; /* NULL: firmware is as the verdict has it */
	struct blocklist_tpm tpm;
	const struct restrictions *restrictions;
	struct attribute_facts facts; /* what the verdict proves and whether it is registered follow */
	struct restriction_user user;     /* by the credential; no name: it names nobody */
	struct restriction_user assigned; /* by the registration, whose user counts for lack of another */
};

/* What the device is told; NULL: it is admitted or, at the first trip, asked for its proof. */
MUST fault decision_check(const struct decision_case *c);

#endif
