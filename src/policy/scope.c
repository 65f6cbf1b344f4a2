#include "policy/scope.h"

bool is_scope_groups(struct bytes groups)
{
	struct bytes rest = groups;
	while (rest.p && groups.n)
		if (filter_trimmed(bytes_until(&rest, ',')).n == 0)
			return false;
	return groups.n <= SCOPE_GROUPS_MAX;
}

bool is_scope_among(struct bytes groups, struct bytes name)
{
	struct bytes rest = groups;
	while (name.n && rest.p)
		if (is_attribute_equal(filter_trimmed(bytes_until(&rest, ',')), name))
			return true;
	return false;
}

bool is_scope_filtered_well(const struct scope *s)
{
	return s->mode <= SCOPE_MODE_LAST && (s->mode != SCOPE_UNFILTERED) == (s->filter != NULL);
}

bool is_scope_narrow(const struct scope *s)
{
	return s->groups.n || s->mode || s->filter;
}

static enum filter_truth inverse(enum filter_truth t)
{
	return t == FILTER_UNKNOWN ? t : t == FILTER_TRUE ? FILTER_FALSE : FILTER_TRUE;
}

enum filter_truth scope_judge(const struct scope *s, const struct attribute_values *values)
{
	if (s->groups.n && !is_scope_among(s->groups, filter_trimmed(values->of[ATTRIBUTE_GROUP_TAG])))
		return FILTER_FALSE;
	if (s->mode == SCOPE_UNFILTERED)
		return FILTER_TRUE;
	enum filter_truth t = filter_judge(s->filter, values);
	return s->mode == SCOPE_EXCLUDE ? inverse(t) : t;
}
