/*
 * store_assignment: which profile registrations get that have none of their own: by group tag, or all others.
 */
#ifndef STORE_STORE_ASSIGNMENT_H
#define STORE_STORE_ASSIGNMENT_H

#include "store/record.h"
#include "store/store.h"

/* group_tag is the key, so none has two profiles; the empty one stands for all that no other row names. */
#define STORE_ASSIGNMENT_FIELDS(F, of) \
	F(of, TEXT, group_tag, REQ)    \
	F(of, ID, profile, REQ)        \
	F(of, TIME, created, REQ)
RECORD_STRUCT(store_assignment, STORE_ASSIGNMENT_FIELDS)

/* In the place of the one that the group tag had. NOT_FOUND for a profile that does not exist. */
MUST fault store_assignment_put(struct store *s, const struct store_assignment *row);
MUST fault store_assignment_find(struct store *s, struct bytes group_tag, struct arena *a,
				 struct store_assignment **ret);

/* Without the one of the empty group tag, which no page can come after. */
MUST fault store_assignment_list(struct store *s, struct store_page page, struct arena *a,
				 struct store_assignment_list *ret);
MUST fault store_assignment_delete(struct store *s, struct bytes group_tag);

#endif
