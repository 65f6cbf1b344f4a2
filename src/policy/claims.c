#include "policy/claims.h"

static bool has_certificate(const struct verdict *v)
{
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].subject == SUBJECT_EK_CERT && v->of[i] != PASSED)
			return false;
	return v->of[CHECK_EK_CERTIFIED] == PASSED;
}

struct claims claims_of(const struct verdict *v, enum vouch_by by)
{
	struct claims c = { .by = by };
	if (!is_verdict_trusted(v) || !is_vouch_tpm(by))
		return c;
	if (by == VOUCH_BY_KEY)
		c.assurance |= TRIP_ASSURED_KEY;
	if (by != VOUCH_BY_USER && has_certificate(v))
		c.assurance |= TRIP_ASSURED_CERTIFICATE;
	c.is_attested = c.assurance != 0;
	if (v->required[CHECK_USER_SIGNATURE])
		c.assurance |= TRIP_ASSURED_USER;
	return c;
}
