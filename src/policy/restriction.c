#include "policy/restriction.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"

/* --- words ---------------------------------------------------------------------------------------------- */

static const char *const state_words[] = {
	[RESTRICTION_ON] = "on",
	[RESTRICTION_MONITOR] = "monitor",
	[RESTRICTION_OFF] = "off",
};

static const char *const action_words[] = {
	[RESTRICTION_BLOCK] = "block",
	[RESTRICTION_ALLOW] = "allow",
};

const char *restriction_state_word(enum restriction_state state)
{
	return text_word(state_words, COUNT_OF(state_words), state);
}

const char *restriction_action_word(enum restriction_action action)
{
	return text_word(action_words, COUNT_OF(action_words), action);
}

enum restriction_state restriction_state_find(struct bytes word)
{
	return (enum restriction_state)text_word_find(state_words, COUNT_OF(state_words), word);
}

enum restriction_action restriction_action_find(struct bytes word)
{
	return (enum restriction_action)text_word_find(action_words, COUNT_OF(action_words), word);
}

/* --- reading -------------------------------------------------------------------------------------------- */

static bool has_scope(const struct restriction *r)
{
	return r->platform.n || r->user_groups.n || is_scope_narrow(&r->scope);
}

static bool has_versions(const struct restriction *r)
{
	return r->os_min.n || r->os_max.n;
}

static bool has_terms(const struct restriction *r)
{
	return r->blocks_personal || has_versions(r) || r->devices_max;
}

static bool is_state(const struct restriction *r)
{
	return r->state >= RESTRICTION_ON && r->state <= RESTRICTION_STATE_LAST;
}

static bool is_action(const struct restriction *r)
{
	return r->action >= RESTRICTION_BLOCK && r->action <= RESTRICTION_ACTION_LAST;
}

static bool read_versions(struct restriction *r)
{
	if (r->os_min.n && !version_parse(r->os_min, 1, &r->min))
		return false;
	if (r->os_max.n && !version_parse(r->os_max, 1, &r->max))
		return false;
	return !r->os_min.n || !r->os_max.n || version_compare(&r->min, &r->max) <= 0;
}

fault restriction_parse(struct restriction *r, const char **ret_detail)
{
	bool is_default_well = r->state == RESTRICTION_ON && !has_scope(r);
	const struct {
		bool is_so;
		const char *detail;
	} needs[] = {
		{ r->name.n > 0, "displayName: it has none." },
		{ is_state(r), "state: on, monitor or off." },
		{ is_action(r), "action: block or allow." },
		{ is_scope_filtered_well(&r->scope),
		  "include: a filter is included or excluded, and both need one." },
		{ is_scope_groups(r->scope.groups),
		  "groupTags: they stand with commas between, at most 512 octets." },
		{ is_scope_groups(r->user_groups),
		  "userGroups: they stand with commas between, at most 512 octets." },
		{ r->message.n <= RESTRICTION_MESSAGE_MAX, "message: at most 256 octets." },
		{ !r->is_default || is_default_well, "The default policy is on and applies to all." },
		{ r->action != RESTRICTION_BLOCK || !has_terms(r),
		  "Who is blocked has no terms to meet: ownership, versions and numbers go with allow." },
		{ read_versions(r),
		  "osMinimumVersion: up to four numbers with dots, and not above osMaximumVersion." },
	};
	r->is_whole = false;
	for (size_t i = 0; i < COUNT_OF(needs); i++) {
		*ret_detail = needs[i].detail;
		NEED(needs[i].is_so, PARSE_FIELD);
	}
	*ret_detail = "Platform and version of an operating system are what devices say of themselves.";
	NEED(r->trusts_labels || (!r->platform.n && !has_versions(r)), POL_UNVERIFIED_ATTR);
	*ret_detail = NULL;
	r->is_whole = true;
	return NULL;
}

/* --- deciding ------------------------------------------------------------------------------------------- */

static struct bytes value_of(const struct restriction_case *c, enum attribute_id id)
{
	return filter_trimmed(c->values->of[id]);
}

/* Who did not sign in is in no group. */
static bool is_user_in_groups(struct bytes groups, const struct bytes_list *of)
{
	for (size_t i = 0; of && i < of->n; i++)
		if (is_scope_among(groups, filter_trimmed(of->v[i])))
			return true;
	return false;
}

static enum filter_truth applies(const struct restriction *r, const struct restriction_case *c)
{
	if (r->platform.n && !is_attribute_equal(r->platform, value_of(c, ATTRIBUTE_OPERATING_SYSTEM)))
		return FILTER_FALSE;
	if (r->user_groups.n && !is_user_in_groups(r->user_groups, c->user.groups))
		return FILTER_FALSE;
	return scope_judge(&r->scope, c->values);
}

/* What is no version is not among those that are allowed. */
static bool is_version_within(const struct restriction *r, const struct restriction_case *c)
{
	struct version v;
	if (!has_versions(r))
		return true;
	if (!version_parse(value_of(c, ATTRIBUTE_OPERATING_SYSTEM_VERSION), 1, &v))
		return false;
	return (!r->os_min.n || version_compare(&v, &r->min) >= 0) &&
	       (!r->os_max.n || version_compare(&v, &r->max) <= 0);
}

/* Whose device it is must be said: nobody's is not the organisation's. */
static bool is_owned(const struct restriction_case *c)
{
	return is_attribute_equal(value_of(c, ATTRIBUTE_DEVICE_OWNERSHIP), BYTES_TEXT("Corporate"));
}

static enum restriction_reason reason_of(const struct restriction *r, const struct restriction_case *c)
{
	if (r->action != RESTRICTION_ALLOW)
		return RESTRICTION_BY_ACTION;
	if (r->blocks_personal && !is_owned(c))
		return RESTRICTION_BY_OWNER;
	if (!is_version_within(r, c))
		return RESTRICTION_BY_VERSION;
	if (r->devices_max && c->user.name.n && c->user.devices >= r->devices_max)
		return RESTRICTION_BY_LIMIT;
	return RESTRICTION_FREE;
}

static const struct {
	enum fault_code code; /* of all but the first */
	const char *sentence;
} reasons[RESTRICTION_REASON_COUNT] = {
	[RESTRICTION_FREE] = { 0, "it lets the device enrol" },
	[RESTRICTION_BY_ACTION] = { FAULT_CODE_RESTRICTION_BLOCKED, "it blocks such devices" },
	[RESTRICTION_BY_OWNER] = { FAULT_CODE_RESTRICTION_BLOCKED, "no registration says whose it is" },
	[RESTRICTION_BY_VERSION] = { FAULT_CODE_RESTRICTION_BLOCKED, "the version of the operating system" },
	[RESTRICTION_BY_LIMIT] = { FAULT_CODE_RESTRICTION_LIMIT, "the number of the user's devices" },
	[RESTRICTION_BY_UNKNOWN] = { FAULT_CODE_POL_NOT_ATTESTED, "it asks what was not established" },
	[RESTRICTION_BY_DEFECT] = { FAULT_CODE_POL_MISSING, "it cannot be read" },
};

static struct restriction_saying saying_of(const struct restriction *r, const struct restriction_case *c,
					   enum restriction_reason reason)
{
	fault why = reason == RESTRICTION_FREE ? NULL : &fault_rows[reasons[reason].code];
	return (struct restriction_saying){ r, why, reason, c->user.devices };
}

/*
 * Whether r has a word on the device, and which. Where it cannot be told, it allows nobody, and whom it would
 * refuse does not slip through when attestation is required (H125).
 */
static bool has_saying(const struct restriction *r, const struct restriction_case *c,
		       struct restriction_saying *ret)
{
	if (!r->is_whole) {
		*ret = saying_of(r, c, RESTRICTION_BY_DEFECT);
		return true;
	}
	enum filter_truth t = applies(r, c);
	enum restriction_reason reason = t == FILTER_FALSE ? RESTRICTION_FREE : reason_of(r, c);
	bool is_unknown = t == FILTER_UNKNOWN;
	*ret = saying_of(r, c, is_unknown ? RESTRICTION_BY_UNKNOWN : reason);
	return t == FILTER_TRUE || (is_unknown && reason != RESTRICTION_FREE && c->needs_attestation);
}

void restriction_judge(const struct restrictions *list, const struct restriction_case *c,
		       struct restriction_finding *ret)
{
	struct restriction_saying saying;
	ret->decided = saying_of(NULL, c, RESTRICTION_BY_DEFECT);
	ret->monitored_n = 0;
	if (!list->n || !list->v[list->n - 1].is_default)
		return;
	for (size_t i = 0; i < list->n; i++) {
		const struct restriction *r = &list->v[i];
		if (r->state == RESTRICTION_OFF || !has_saying(r, c, &saying))
			continue;
		if (r->state != RESTRICTION_MONITOR) {
			ret->decided = saying;
			return;
		}
		if (ret->monitored_n < RESTRICTIONS_MAX)
			ret->monitored[ret->monitored_n++] = saying;
	}
}

const char *restriction_reason_text(enum restriction_reason reason)
{
	return reasons[reason].sentence;
}

char *restriction_text(const struct restriction_saying *s, char out[static RESTRICTION_DETAIL_SIZE])
{
	out[0] = 0;
	if (!s->why || !s->by)
		return out;
	const struct restriction *r = s->by;
	char count[64] = "";
	if (s->reason == RESTRICTION_BY_LIMIT)
		snprintf(count, sizeof(count), ", %" PRIu64 " of at most %" PRIu64, s->devices,
			 r->devices_max);
	snprintf(out, RESTRICTION_DETAIL_SIZE, "%.*s%s(restriction %.*s: %s%s)", (int)r->message.n,
		 (const char *)r->message.p, r->message.n ? " " : "", (int)r->name.n, (const char *)r->name.p,
		 reasons[s->reason].sentence, count);
	return out;
}
