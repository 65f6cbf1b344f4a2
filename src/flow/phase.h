/*
 * phase: a device that comes, as policy/provisioning sees it, and what its registration says afterwards.
 */
#ifndef FLOW_PHASE_H
#define FLOW_PHASE_H

#include "flow/naming.h"
#include "policy/provisioning.h"

/* The case of what the records say; a profile is among them. Borrows from them. */
struct provisioning_case phase_case(const struct flow *f, const struct naming *n, enum trip_purpose purpose);

/*
 * That the device may do what it comes for: provisioning_check. *ret_detail is what there is to add in this
 * case, in the arena, or NULL.
 */
MUST fault phase_check(const struct flow *f, const struct provisioning_case *c, struct arena *a,
		       const char **ret_detail);

/* Writes what that purpose leads to, served for the device, into its registration. */
MUST fault phase_update(struct flow *f, const struct store_profile *profile, enum trip_purpose purpose,
			struct store_registration *r);

#endif
