/*
 * filtering: the assignment filters as administrators keep them, and compiled, as decisions ask them.
 */
#ifndef FLOW_FILTERING_H
#define FLOW_FILTERING_H

#include "flow/inventory.h"
#include "policy/filter.h"
#include "store/store_filter.h"

struct filtering;

/*
 * Compiles the records into f->filtering, in place of what was there. A record that is no filter, or reads
 * labels without leave, is as if it were not there: filtering_find gives NULL. SYS_STORAGE, SYS_MEMORY.
 */
MUST fault filtering_build(struct flow *f);
void filtering_free(struct filtering *filtering);

/*
 * The filter with that id, which lives until the next filtering_build. NULL when it cannot be asked: whoever
 * wants to decide by it denies (POL_MISSING).
 */
const struct filter *filtering_find(const struct flow *f, struct bytes id);

/*
 * Adds a filter. What filter_parse refuses; POL_UNVERIFIED_ATTR when it reads labels and is not said to,
 * CONFLICT for a name that is taken, FILTER_LIMIT when there are FILTERS_MAX.
 */
MUST fault filtering_put(struct flow *f, const struct inventory_actor *by, const struct filter_new *in,
			 struct arena *a, struct store_filter **ret);

/* Changes the record as it says; the same faults, and NOT_FOUND. Whether it reads labels stays as it was. */
MUST fault filtering_update(struct flow *f, const struct inventory_actor *by, const struct filter_set *in,
			    struct arena *a, struct store_filter *row);
MUST fault filtering_get(struct flow *f, struct bytes id, struct arena *a, struct store_filter **ret);
MUST fault filtering_list(struct flow *f, struct store_page page, struct arena *a,
			  struct store_filter_list *ret);

/* How many restrictions and compliance policies ask it. */
MUST fault filtering_count_uses(struct flow *f, struct bytes id, uint64_t *ret);

/* IN_USE while something is assigned by it. */
MUST fault filtering_delete(struct flow *f, const struct inventory_actor *by, struct bytes id);

/*
 * In verify: that the rule is a filter, and one that may decide unless that is not asked. The faults of
 * filter_parse and filter_check_source with a sentence in the arena that names the column or the property.
 */
MUST fault filtering_read(struct bytes rule, bool trusts_labels, struct arena *a, const char **ret_detail);

#endif
