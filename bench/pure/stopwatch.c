#include "stopwatch.h"

#include <stdlib.h>
#include <time.h>

#define TURNS 801      /* odd, so that there is one in the middle */
#define TURN_NS 500000 /* long beside what reading the clock takes */

static double now_ns(void)
{
	struct timespec t;
	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t))
		abort();
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds that one of so many calls takes. */
static double time_calls(const struct stopwatch_work *work, unsigned calls)
{
	double begin = now_ns();
	for (unsigned i = 0; i < calls; i++)
		if (!work->run(work->with))
			abort();
	return (now_ns() - begin) / calls;
}

/* As many calls as fill a turn; they also warm the caches. */
static unsigned calls_of(const struct stopwatch_work *work)
{
	unsigned calls = 1;
	while (time_calls(work, calls) * calls < TURN_NS)
		calls *= 2;
	return calls;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double v[static TURNS])
{
	qsort(v, TURNS, sizeof(*v), compare);
	return v[TURNS / 2];
}

struct stopwatch_times stopwatch_compare(const struct stopwatch_work *ours,
					 const struct stopwatch_work *beside)
{
	double a[TURNS], b[TURNS], ratio[TURNS];
	unsigned calls_a = calls_of(ours), calls_b = calls_of(beside);
	for (unsigned i = 0; i < TURNS; i++) {
		a[i] = time_calls(ours, calls_a);
		b[i] = time_calls(beside, calls_b);
		ratio[i] = a[i] / b[i];
	}
	return (struct stopwatch_times){ median(a) / 1e3, median(b) / 1e3, median(ratio) };
}
