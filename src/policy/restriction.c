#include "policy/restriction.h"

fault restriction_check(const struct claims *c)
{
	NEED(c->by != VOUCH_NOBODY, POL_MISSING);
	return NULL;
}
