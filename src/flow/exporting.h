/*
 * exporting: reports that administrators have as files. An export is a question that is kept for a day; each
 * time it is fetched it is answered anew, so that it takes no room and is never old.
 */
#ifndef FLOW_EXPORTING_H
#define FLOW_EXPORTING_H

#include "flow/inventory.h"
#include "store/store_export.h"

#define EXPORTING_LIFE_S 86400
#define EXPORTING_MAX 1000

/* Keeps the row, whose id, actor and times are put in. EXPORT_FULL when there are EXPORTING_MAX. */
MUST fault exporting_put(struct flow *f, const struct inventory_actor *by, struct arena *a,
			 struct store_export *row);

/* NOT_FOUND, also of one that has expired. */
MUST fault exporting_get(struct flow *f, struct bytes id, struct arena *a, struct store_export **ret);
MUST fault exporting_list(struct flow *f, struct store_page page, struct arena *a,
			  struct store_export_list *ret);

/* The same as get, noted in the audit: the actor begins to fetch it. */
MUST fault exporting_begin(struct flow *f, const struct inventory_actor *by, struct bytes id,
			   struct arena *a, struct store_export **ret);

/* Forgets those that have expired. */
MUST fault exporting_prune(struct flow *f);

#endif
