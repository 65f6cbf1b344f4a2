/*
 * store_restriction: enrolment restrictions as administrators wrote them; policy/restriction.h reads them.
 */
#ifndef STORE_STORE_RESTRICTION_H
#define STORE_STORE_RESTRICTION_H

#include "store/record.h"
#include "store/store.h"

/*
 * Names are unique. state, action and mode are the enums of policy/restriction.h; is_default, corporate (only
 * registered devices) and trusts_labels are 0 or 1; devices_max 0 is any number.
 */
#define STORE_RESTRICTION_FIELDS(F, of) \
	F(of, ID, id, REQ)              \
	F(of, TEXT, name, REQ)          \
	F(of, UINT, priority, REQ)      \
	F(of, UINT, is_default, REQ)    \
	F(of, UINT, state, REQ)         \
	F(of, UINT, action, REQ)        \
	F(of, TEXT, platform, OPT)      \
	F(of, TEXT, group_tags, OPT)    \
	F(of, UINT, mode, REQ)          \
	F(of, ID, filter_id, OPT)       \
	F(of, UINT, corporate, REQ)     \
	F(of, TEXT, os_min, OPT)        \
	F(of, TEXT, os_max, OPT)        \
	F(of, UINT, devices_max, REQ)   \
	F(of, UINT, trusts_labels, REQ) \
	F(of, TEXT, message, OPT)       \
	F(of, TIME, created, REQ)       \
	F(of, TIME, updated, REQ)       \
	F(of, TEXT, user_groups, OPT)
RECORD_STRUCT(store_restriction, STORE_RESTRICTION_FIELDS)

/* As lists show them: with the name of the filter, by what it does. */
#define STORE_RESTRICTION_LISTED_FIELDS(F, of) \
	STORE_RESTRICTION_FIELDS(F, of)        \
	F(of, TEXT, included, OPT)             \
	F(of, TEXT, excluded, OPT)
RECORD_STRUCT(store_restriction_listed, STORE_RESTRICTION_LISTED_FIELDS)

/* CONFLICT for a name that is taken. */
MUST fault store_restriction_put(struct store *s, const struct store_restriction *row);

/* Replaces all but the id, which finds it. NOT_FOUND, CONFLICT as above. */
MUST fault store_restriction_update(struct store *s, const struct store_restriction *row);
MUST fault store_restriction_get(struct store *s, struct bytes id, struct arena *a,
				 struct store_restriction **ret);

/* The first `limit` in the order of asking: by priority, the default policy behind all others. */
MUST fault store_restriction_list(struct store *s, size_t limit, struct arena *a,
				  struct store_restriction_list *ret);
MUST fault store_restriction_delete(struct store *s, struct bytes id);

#endif
