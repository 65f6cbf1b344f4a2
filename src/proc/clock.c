#include "proc/clock.h"

#include <time.h>

static int64_t read_ms(clockid_t clock)
{
	struct timespec t = { 0 };
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_now_s(void)
{
	return read_ms(CLOCK_REALTIME) / 1000;
}

int64_t clock_now_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}
