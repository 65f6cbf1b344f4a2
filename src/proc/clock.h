/*
 * clock: the only place that asks what time it is.
 */
#ifndef PROC_CLOCK_H
#define PROC_CLOCK_H

#include <stdint.h>

/* Since 1970 UTC. */
int64_t clock_now_s(void);
int64_t clock_now_ms(void);

/* Never goes back, starts anywhere: for durations. */
int64_t clock_monotonic_ms(void);

#endif
