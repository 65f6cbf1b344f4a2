/*
 * decision: may a device enrol, by as many restrictions as there can be filters, none of which applies.
 */
#ifndef BENCH_DECISION_H
#define BENCH_DECISION_H

#include <stdbool.h>

struct decision;

/* Compiles the filters and makes the list; ends the process when that fails. */
struct decision *decision_new(void);
void decision_free(struct decision *d);

/* All of them are asked, and then the default policy, which lets the device enrol. */
bool is_decision_made(void *d);

/* Their filters alone. */
bool are_decision_filters_asked(void *d);

#endif
