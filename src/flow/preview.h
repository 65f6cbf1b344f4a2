/*
 * preview: which devices a filter holds of, and why, before anything is assigned by it.
 *
 * Devices are asked a slice at a time in the order of their ids, so that however many there are, nobody waits
 * for long; each call goes on where the one before ended.
 */
#ifndef FLOW_PREVIEW_H
#define FLOW_PREVIEW_H

#include "flow/flow.h"
#include "policy/filter.h"
#include "store/store_device.h"
#include "wire/body.h"

#define PREVIEW_SLICE 10000 /* devices that one call asks */

/* A device that the filter holds of, or may hold of, with the values that it was asked for. */
struct preview_match {
	const struct store_device *device;
	enum filter_truth truth;
	struct attribute_values values;
};

struct preview {
	const struct filter *filter;
	uint64_t devices, matching, unknown; /* of this slice */
	size_t n;                            /* matches shown: at most as many as were asked for */
	const struct preview_match *v;
	struct bytes after; /* where the next call begins; absent after the last */
};

/*
 * Asks the next slice of active devices, those behind in->after; all of ret lives in the arena. The faults of
 * filter_parse; SYS_STORAGE, SYS_MEMORY.
 */
MUST fault preview_list(struct flow *f, const struct filter_trial *in, struct arena *a, struct preview *ret);

/* The next devices that a filter holds of: at most so many, behind the one named; rule absent: all. */
struct preview_pick {
	struct bytes rule;
	size_t max; /* at most PREVIEW_PICK_MAX */
	struct bytes after;
};
#define PREVIEW_PICK_MAX 500
struct preview_picked {
	uint64_t devices; /* looked at */
	size_t n;
	struct bytes v[PREVIEW_PICK_MAX]; /* ids */
	struct bytes last; /* the last one looked at; absent: there was none */
	bool is_last;      /* there is none behind it */
};

/* Looks at PREVIEW_SLICE devices at most; all of ret lives in the arena. The faults of preview_list. */
MUST fault preview_list_next(struct flow *f, const struct preview_pick *in, struct arena *a,
			     struct preview_picked **ret);

#endif
