/*
 * complying: the compliance policies as administrators keep them, and as devices are judged by them.
 */
#ifndef FLOW_COMPLYING_H
#define FLOW_COMPLYING_H

#include "flow/inventory.h"
#include "policy/compliance.h"
#include "store/store_compliance.h"

struct complying;

/*
 * Writes the default policy into records that never had one: attested devices attest again within 30 days,
 * with a day of grace. SYS_STORAGE, SYS_RNG.
 */
MUST fault complying_put_default(struct flow *f);

/*
 * Reads the records and the filters in force into f->complying, in place of what was there; so whoever calls
 * filtering_build calls it next. A record that makes no sense makes unknown whom it may apply to.
 * SYS_STORAGE, SYS_MEMORY, and then nothing is in force, and nobody is compliant.
 */
MUST fault complying_build(struct flow *f);
void complying_free(struct complying *c);

/* Those in force; they live until the next complying_build. */
struct compliance_policies complying_find(const struct flow *f);

/* What an administrator wants, and in the arena what became of it or a sentence on why not. */
struct complying_order {
	const struct inventory_actor *by;
	struct arena *a;
	struct store_compliance *row;
	const char *detail;
};

/*
 * Adds a policy, which enforces and asks nothing unless it is said. PARSE_FIELD as compliance_parse,
 * NOT_FOUND for a filter that is not there, CONFLICT for a name that is taken, COMPLIANCE_FULL. All devices
 * are looked at anew after any change.
 */
MUST fault complying_put(struct flow *f, const struct compliance_words *in, struct complying_order *o);

/* Changes what is said of o->row, which was just got. The same faults. */
MUST fault complying_update(struct flow *f, const struct compliance_words *in, struct complying_order *o);

/* COMPLIANCE_DEFAULT. */
MUST fault complying_delete(struct flow *f, struct complying_order *o);
MUST fault complying_get(struct flow *f, struct bytes id, struct arena *a, struct store_compliance **ret);

/* All of them, the default behind all others. */
MUST fault complying_list(struct flow *f, struct arena *a, struct store_compliance_list *ret);

#endif
