/*
 * offer: the certificates that files offer to be trusted, one after the other, with their labels.
 */
#ifndef CLI_OFFER_H
#define CLI_OFFER_H

#include "cli/label.h"

/* Views live during the call. */
struct offer {
	const char *name; /* of the file, as results call it */
	struct label label; /* of one that is bad: as far as it is known */
	struct bytes der;   /* one value; absent when it is bad */
	const struct complaint *bad; /* why the file or certificate cannot be offered, or NULL */
};

struct offer_visit {
	fault (*each)(const struct offer *o, void *with); /* a fault ends the walk and is its own */
	void *with;
};

/* Visits all that the bundle has, by the options of the line. The faults of bundle_walk. */
MUST fault offer_walk(const struct line *line, const struct bundle *bundle, const struct offer_visit *visit,
		      struct complaint *complaint);

#endif
