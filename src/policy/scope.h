/*
 * scope: to which devices something applies: by the group tags of their registrations and by a filter.
 */
#ifndef POLICY_SCOPE_H
#define POLICY_SCOPE_H

#include "policy/filter.h"

#define SCOPE_GROUPS_MAX 512

/* Stored: never renumbered. */
enum scope_mode {
	SCOPE_UNFILTERED = 0,
	SCOPE_INCLUDE, /* applies to devices of which the filter holds */
	SCOPE_EXCLUDE, /* to all others */
	SCOPE_MODE_LAST = SCOPE_EXCLUDE
};

/* Borrowed; zeroed it applies to every device. */
struct scope {
	struct bytes groups; /* group tags of registrations, commas between; absent: any */
	enum scope_mode mode;
	const struct filter *filter; /* NULL when unfiltered */
};

/* Tags stand with commas between, at most SCOPE_GROUPS_MAX octets. */
bool is_scope_groups(struct bytes groups);

/* One of such names, letters either case; an empty one is among none. */
bool is_scope_among(struct bytes groups, struct bytes name);

/* There is a filter when one is included or excluded, and only then. */
bool is_scope_filtered_well(const struct scope *s);

/* False for a scope that applies to every device. */
bool is_scope_narrow(const struct scope *s);

/* Whether it applies to the device; the group tag is among the values. */
enum filter_truth scope_judge(const struct scope *s, const struct attribute_values *values);

#endif
