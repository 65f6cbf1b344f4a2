#include "flow/phase.h"

#include "base/text.h"

static struct provisioning_case case_of(const struct store_profile *p, const struct store_registration *r,
					enum trip_purpose purpose)
{
	struct provisioning_case c = {
		.usage = (enum deployment_usage)p->usage,
		.purpose = purpose,
		.is_registered = r != NULL,
		.is_one_time = p->one_time != 0,
	};
	if (r) {
		c.assigned = r->assigned_user;
		c.phase = (enum provisioning_phase)r->phase;
		c.since = r->phase_since;
		c.userless = (enum deployment_userless)r->userless;
	}
	return c;
}

struct provisioning_case phase_case(const struct flow *f, const struct naming *n, enum trip_purpose purpose)
{
	struct provisioning_case c = case_of(n->profile, n->registration, purpose);
	c.has_credential = n->user.is_there;
	c.user = n->user.upn;
	c.is_named_later = n->idp && !n->user.upn.n;
	c.holder = n->device ? n->device->upn : (struct bytes){ 0 };
	c.now = f->now;
	return c;
}

fault phase_check(const struct flow *f, const struct provisioning_case *c, struct arena *a,
		  const char **ret_detail)
{
	char time[TEXT_TIME_SIZE];
	const struct provisioning_limits *limits = &f->limits->provisioning;
	fault why = provisioning_check(c, limits);
	int64_t limit = provisioning_limit(c, limits, why);
	if (limit)
		*ret_detail = arena_format(a, "%s %s", why == FAIL(PROVISION_WAIT) ? "from" : "until",
					   text_time(limit, time));
	return why;
}

fault phase_update(struct flow *f, const struct store_profile *profile, enum trip_purpose purpose,
		   struct store_registration *r)
{
	const struct provisioning_case c = case_of(profile, r, purpose);
	enum provisioning_phase next = provisioning_next(&c);
	r->userless = provisioning_userless_next(&c);
	if (next != c.phase) {
		r->phase = next;
		r->phase_since = f->now;
	}
	return store_registration_update(f->store, r);
}
