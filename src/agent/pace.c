#include "agent/pace.h"

#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#define PAUSE_MAX_MS 60000
#define WAIT_MAX_MS 3600000 /* of what a server may ask for */

static int64_t pause_ms(const struct pace *pace, uint32_t wait_s)
{
	int64_t ms = (int64_t)pace->first_ms;
	uint32_t random = 0;
	for (unsigned i = 1; i < pace->attempt && ms < PAUSE_MAX_MS; i++)
		ms *= 2;
	int64_t most = pace->most_ms ? pace->most_ms : PAUSE_MAX_MS;
	ms = ms < most ? ms : most;
	if (getrandom(&random, sizeof(random), 0) == (ssize_t)sizeof(random))
		ms -= ms * (random % 1024) / 2048;
	int64_t asked = (int64_t)wait_s * 1000;
	asked = asked < WAIT_MAX_MS ? asked : WAIT_MAX_MS;
	return ms > asked ? ms : asked;
}

void pace_wait(const struct pace *pace, const struct cause *cause)
{
	int64_t ms = pause_ms(pace, cause->wait_s);
	fprintf(stderr, "%s, attempt %u", pace->what, pace->attempt);
	if (pace->attempts)
		fprintf(stderr, " of %u", pace->attempts);
	fprintf(stderr, ": %s: %s (next in %lld.%lld s)\n", cause->code,
		cause->detail[0] ? cause->detail : cause->what, (long long)ms / 1000,
		(long long)ms % 1000 / 100);
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}
