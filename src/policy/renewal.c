#include "policy/renewal.h"

#define SPREAD 256

int64_t renewal_time(const struct renewal_of *of)
{
	int64_t third = (of->not_after - of->not_before) / 3;
	int64_t place = of->device_id.n ? of->device_id.p[of->device_id.n - 1] : 0;
	return of->not_after - third + third / 2 * place / SPREAD;
}
