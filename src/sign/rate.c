#include "sign/rate.h"

static bool is_over(const struct rate *r, int64_t now)
{
	return r->count == 0 || now - r->start >= RATE_WINDOW_S;
}

void rate_put(struct rate *r, int64_t now)
{
	if (is_over(r, now))
		*r = (struct rate){ .max = r->max, .start = now };
	if (now < r->start)
		r->start = now;
	r->count++;
}

fault rate_check(const struct rate *r, int64_t now)
{
	NEED(is_over(r, now) || r->count < r->max, SIGNER_RATE);
	return NULL;
}

uint64_t rate_left_s(const struct rate *r, int64_t now)
{
	if (!rate_check(r, now))
		return 0;
	return (uint64_t)(now < r->start ? RATE_WINDOW_S : r->start + RATE_WINDOW_S - now);
}
