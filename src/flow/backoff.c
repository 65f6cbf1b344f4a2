#include "flow/backoff.h"

#include "base/rd.h"
#include "proc/entropy.h"

#define DOUBLINGS_MAX 10
#define DELAY_MAX_S 86400
#define SPREAD_PART 8

fault backoff_spread(int64_t now, int64_t delay_s, int64_t *ret)
{
	uint8_t random[4];
	TRY(entropy_fill(random, sizeof(random)));
	struct rd r = rd_of(BYTES_OF(random));
	*ret = now + delay_s - (int64_t)rd_be32(&r) % (delay_s / SPREAD_PART + 1);
	return NULL;
}

fault backoff_find_by(const struct flow *f, const struct backoff_rule *rule, uint64_t tries, int64_t *ret)
{
	unsigned doublings = tries < DOUBLINGS_MAX ? (unsigned)tries : DOUBLINGS_MAX;
	uint64_t delay = rule->first_s << doublings;
	return backoff_spread(f->now, (int64_t)(delay < rule->most_s ? delay : rule->most_s), ret);
}

fault backoff_find(const struct flow *f, uint64_t tries, int64_t *ret)
{
	const struct backoff_rule rule = { f->limits->fetch_retry_s, DELAY_MAX_S };
	return backoff_find_by(f, &rule, tries, ret);
}
