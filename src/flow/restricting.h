/*
 * restricting: the enrolment restrictions as administrators keep them, and as core decides by them.
 */
#ifndef FLOW_RESTRICTING_H
#define FLOW_RESTRICTING_H

#include "flow/inventory.h"
#include "flow/naming.h"
#include "policy/claims.h"
#include "policy/restriction.h"
#include "store/store_decision.h"
#include "store/store_restriction.h"

struct restricting;

/* Writes the default policy, which allows, into records that never had one. SYS_STORAGE, SYS_RNG. */
MUST fault restricting_put_default(struct flow *f);

/*
 * Reads the records and the filters in force into f->restricting, in place of what was there; so whoever
 * calls filtering_build calls it next. A record that makes no sense refuses where it is asked (H127).
 * SYS_STORAGE, SYS_MEMORY, and then nothing is in force, which refuses everybody.
 */
MUST fault restricting_build(struct flow *f);
void restricting_free(struct restricting *r);

/* Those in force, in the order in which they are asked; they live until the next restricting_build. */
struct restrictions restricting_find(const struct flow *f);

/* A device that proved what it can and would enrol. */
struct restricting_case {
	const struct answer_facts *facts;
	const struct naming *naming; /* with a profile */
	const struct claims *claims;
	struct bytes user;               /* by a credential that counts; absent: none names anybody */
	const struct bytes_list *groups; /* of a user who signed in, or NULL */
};

/* May it? What is found lives as long as the restrictions in force. SYS_STORAGE. */
MUST fault restricting_judge(struct flow *f, const struct restricting_case *c,
			     struct restriction_finding *ret);

/* Which restrictions would have turned the device away, were they not only monitored; absent: none. */
struct bytes restricting_monitored(const struct restriction_finding *finding, struct arena *a);

/* What an administrator wants, and in the arena what became of it or a sentence on why not. */
struct restricting_order {
	const struct inventory_actor *by;
	struct arena *a;
	struct store_restriction *row;
	const char *detail;
};

/*
 * Adds a restriction behind all others; it is on and blocks unless said otherwise. PARSE_FIELD and
 * POL_UNVERIFIED_ATTR as restriction_parse, NOT_FOUND for a filter that is not there, CONFLICT for a name
 * that is taken, RESTRICTION_FULL.
 */
MUST fault restricting_put(struct flow *f, const struct restriction_words *in, struct restricting_order *o);

/* Changes what is said of o->row, which was just got. The same faults. */
MUST fault restricting_update(struct flow *f, const struct restriction_words *in,
			      struct restricting_order *o);

/* Puts o->row where it is said, at most behind all others. RESTRICTION_DEFAULT. */
MUST fault restricting_move(struct flow *f, uint64_t priority, struct restricting_order *o);

/* RESTRICTION_DEFAULT. */
MUST fault restricting_delete(struct flow *f, struct restricting_order *o);

MUST fault restricting_get(struct flow *f, struct bytes id, struct arena *a, struct store_restriction **ret);

/* All of them, in the order in which they are asked. */
MUST fault restricting_list(struct flow *f, struct arena *a, struct store_restriction_list *ret);
MUST fault restricting_list_hits(struct flow *f, struct store_page page, struct arena *a,
				 struct store_decision_hit_list *ret);

#endif
