/*
 * outbreak: the same fault befalls many devices of one maker, or of one issuer, at once. What they have in
 * common is then suspected and not the devices: the maker's CA or service, or a rule of the organisation.
 *
 * Devices are counted, not attempts: one that tries again and again is one.
 */
#ifndef POLICY_OUTBREAK_H
#define POLICY_OUTBREAK_H

#include "base/fault.h"

struct outbreak_rule {
	uint64_t devices; /* it begins with so many different ones, at least 2, */
	int64_t window_s; /* within so long */
};

enum outbreak_change {
	OUTBREAK_NOTHING = 0,
	OUTBREAK_BEGINS,
	OUTBREAK_LASTS,
	OUTBREAK_ENDS, /* fewer than half as many are left in the window */
};

/* What follows from so many devices in the window, when one of them is open or not. */
enum outbreak_change outbreak_judge(const struct outbreak_rule *r, uint64_t devices, bool is_open);

struct outbreak_advice {
	const char *suspect; /* what is suspected: "the maker's CA or service", ... */
	const char *remedy;  /* a sentence or two: where to look first */
};

struct outbreak_advice outbreak_advice_of(fault why);

#endif
