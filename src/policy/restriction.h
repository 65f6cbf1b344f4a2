/*
 * restriction: may a device that joined be managed? The second of the two decisions of an enrolment.
 *
 * Restrictions by platform, group and filter are records that do not exist yet; without any, Intune's default
 * applies: what has joined may enrol.
 */
#ifndef POLICY_RESTRICTION_H
#define POLICY_RESTRICTION_H

#include "policy/claims.h"

/* NULL: allowed. RESTRICTION_BLOCKED when a restriction says no, POL_MISSING when nobody vouched at all. */
MUST fault restriction_check(const struct claims *c);

#endif
