/*
 * stopwatch: what one call costs beside another, in processor time of this thread.
 *
 * Two works are timed in turns, so that whatever else the machine does falls on both; what is compared are
 * medians of many turns, never different runs.
 */
#ifndef BENCH_STOPWATCH_H
#define BENCH_STOPWATCH_H

#include <stdbool.h>

/* True when it did what it is timed for. */
struct stopwatch_work {
	bool (*run)(void *with);
	void *with;
};

struct stopwatch_times {
	double ours_us, beside_us; /* medians of one call */
	double ratio;              /* median of the ratios of neighbours */
};

/* Runs both for about a second. Ends the process when one of them does not do its work. */
struct stopwatch_times stopwatch_compare(const struct stopwatch_work *ours,
					 const struct stopwatch_work *beside);

#endif
