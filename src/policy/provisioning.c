#include "policy/provisioning.h"

#include "base/text.h"
#include "policy/attribute.h"

/* What an event leads to, or why it may not be. */
static const struct step {
	enum provisioning_phase next;
	fault why;
} steps[PROVISIONING_PHASES][PROVISIONING_EVENTS] = {
#define TO(phase) { .next = PROVISIONING_##phase }
#define REFUSED(phase, code) { PROVISIONING_##phase, FAIL(code) }
	[PROVISIONING_NONE] = {
		[PROVISIONING_TECHNICIAN] = TO(PREPARED),
		[PROVISIONING_RESEAL] = REFUSED(NONE, RESEAL_EARLY),
		[PROVISIONING_USER] = TO(BOUND),
		[PROVISIONING_ALLOW] = TO(NONE),
	},
	[PROVISIONING_PREPARED] = {
		[PROVISIONING_TECHNICIAN] = TO(PREPARED),
		[PROVISIONING_RESEAL] = TO(RESEALED),
		[PROVISIONING_USER] = REFUSED(PREPARED, PROVISION_UNSEALED),
		[PROVISIONING_ALLOW] = TO(NONE),
	},
	[PROVISIONING_RESEALED] = {
		[PROVISIONING_TECHNICIAN] = TO(PREPARED),
		[PROVISIONING_RESEAL] = TO(RESEALED),
		[PROVISIONING_USER] = TO(BOUND),
		[PROVISIONING_ALLOW] = TO(NONE),
	},
	[PROVISIONING_BOUND] = {
		[PROVISIONING_TECHNICIAN] = REFUSED(BOUND, PROVISION_BOUND),
		[PROVISIONING_RESEAL] = REFUSED(BOUND, PROVISION_BOUND),
		[PROVISIONING_USER] = TO(BOUND),
		[PROVISIONING_ALLOW] = TO(NONE),
	},
#undef TO
#undef REFUSED
};

/* Which event a purpose is; false for one that is none of a device's enrolment. */
static bool find_event(enum trip_purpose purpose, enum provisioning_event *ret)
{
	static const struct {
		enum trip_purpose purpose;
		enum provisioning_event event;
	} events[] = {
		{ TRIP_PROVISION, PROVISIONING_TECHNICIAN },
		{ TRIP_RESEAL, PROVISIONING_RESEAL },
		{ TRIP_ENROLL, PROVISIONING_USER },
	};
	for (size_t i = 0; i < COUNT_OF(events); i++)
		if (events[i].purpose == purpose) {
			*ret = events[i].event;
			return true;
		}
	return false;
}

/* Nobody is there, and certificates are wanted. */
static bool is_counted(const struct provisioning_case *c)
{
	return c->usage == DEPLOYMENT_PREPARED ? c->purpose == TRIP_PROVISION : c->usage == DEPLOYMENT_SELF;
}

bool is_provisioning_attended(const struct provisioning_case *c)
{
	return c->purpose == TRIP_ENROLL && c->usage != DEPLOYMENT_SELF;
}

int64_t provisioning_limit(const struct provisioning_case *c, const struct provisioning_limits *limits,
			   fault why)
{
	if (why == FAIL(PROVISION_WAIT))
		return c->since + (int64_t)limits->wait_s;
	return why == FAIL(PROVISION_EXPIRED) ? c->since + (int64_t)limits->life_s : 0;
}

static fault check_time(const struct provisioning_case *c, const struct provisioning_limits *limits)
{
	if (c->phase != PROVISIONING_RESEALED)
		return NULL;
	NEED(c->now >= c->since + (int64_t)limits->wait_s, PROVISION_WAIT);
	NEED(!limits->life_s || c->now < c->since + (int64_t)limits->life_s, PROVISION_EXPIRED);
	return NULL;
}

struct bytes provisioning_owner(const struct provisioning_case *c)
{
	if (c->assigned.n)
		return c->assigned;
	return c->phase == PROVISIONING_BOUND ? c->holder : (struct bytes){ 0 };
}

/* A device that becomes a user's own is one's who has a name. */
static fault check_user(const struct provisioning_case *c)
{
	struct bytes owner = provisioning_owner(c);
	NEED(c->has_credential, USER_MISSING);
	bool is_named = c->user.n || c->is_named_later;
	NEED(is_named || c->usage != DEPLOYMENT_PREPARED || !c->is_registered, USER_UNNAMED);
	NEED(!c->user.n || !owner.n || is_attribute_equal(c->user, owner), USER_OTHER);
	return NULL;
}

static fault check_step(const struct provisioning_case *c, const struct provisioning_limits *limits)
{
	enum provisioning_event event;
	NEED(find_event(c->purpose, &event) && c->phase < PROVISIONING_PHASES, POL_MISSING);
	const struct step *step = &steps[c->phase][event];
	TRY(step->why);
	return event == PROVISIONING_USER ? check_time(c, limits) : NULL;
}

fault provisioning_check(const struct provisioning_case *c, const struct provisioning_limits *limits)
{
	NEED(c->usage >= DEPLOYMENT_SELF && c->usage <= DEPLOYMENT_USAGE_LAST, POL_MISSING);
	bool is_prepared = c->usage == DEPLOYMENT_PREPARED;
	NEED(is_prepared || c->purpose == TRIP_ENROLL, PROVISION_USAGE);
	NEED(c->is_registered || c->purpose == TRIP_ENROLL, DEVICE_NOT_REGISTERED);
	if (is_prepared)
		TRY(check_step(c, limits));
	if (is_provisioning_attended(c))
		return check_user(c);
	bool is_spent = c->is_one_time && c->userless == DEPLOYMENT_USERLESS_BLOCKED;
	NEED(!is_counted(c) || !is_spent, ENROLMENT_ONCE);
	return NULL;
}

enum provisioning_phase provisioning_after(enum provisioning_phase phase, enum provisioning_event event)
{
	return phase < PROVISIONING_PHASES ? steps[phase][event].next : PROVISIONING_NONE;
}

/* A profile that has no phases forgets the one there was. */
enum provisioning_phase provisioning_next(const struct provisioning_case *c)
{
	enum provisioning_event event;
	bool is_phased = c->usage == DEPLOYMENT_PREPARED && find_event(c->purpose, &event);
	return is_phased ? provisioning_after(c->phase, event) : PROVISIONING_NONE;
}

enum deployment_userless provisioning_userless_next(const struct provisioning_case *c)
{
	return c->is_one_time && is_counted(c) ? DEPLOYMENT_USERLESS_BLOCKED : c->userless;
}

const char *provisioning_word(enum provisioning_phase phase)
{
	static const char *const words[PROVISIONING_PHASES] = {
		[PROVISIONING_NONE] = "none",
		[PROVISIONING_PREPARED] = "prepared",
		[PROVISIONING_RESEALED] = "resealed",
		[PROVISIONING_BOUND] = "bound",
	};
	return text_word(words, PROVISIONING_PHASES, phase);
}
