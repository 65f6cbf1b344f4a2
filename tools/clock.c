/*
 * clock: a computer whose clock is wrong and whose pauses take no time, for tests and the demonstration.
 *
 * Preloaded (ld.so(8)) it lets a program see the time CLOCK_OFFSET_S seconds from now; whoever sleeps is
 * awake at once, and every clock has moved on by as long as it would have slept.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000

static atomic_llong slept_ns;

static int64_t offset_s(clockid_t id)
{
	const char *text = getenv("CLOCK_OFFSET_S");
	bool is_of_day = id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
	return is_of_day && text ? strtoll(text, NULL, 10) : 0;
}

int clock_gettime(clockid_t id, struct timespec *ret)
{
	long done = syscall(SYS_clock_gettime, id, ret);
	int64_t ns = ret->tv_nsec + slept_ns;
	ret->tv_sec += offset_s(id) + ns / NS_PER_S;
	ret->tv_nsec = ns % NS_PER_S;
	return (int)done;
}

time_t time(time_t *ret)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (ret)
		*ret = now.tv_sec;
	return now.tv_sec;
}

int gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
	struct timespec now;
	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*ret = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}

int nanosleep(const struct timespec *how_long, struct timespec *rest)
{
	(void)rest;
	slept_ns += how_long->tv_sec * (int64_t)NS_PER_S + how_long->tv_nsec;
	return 0;
}
