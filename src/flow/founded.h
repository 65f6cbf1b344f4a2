/*
 * founded: records that a server begins with, and that nobody brings back who removed them.
 */
#ifndef FLOW_FOUNDED_H
#define FLOW_FOUNDED_H

#include "flow/flow.h"

struct founded {
	struct bytes note; /* the name under which it is remembered (store/store_meta.h) */
	struct bytes *id;  /* of the row; drawn here */
	fault (*put)(struct store *s, const void *row); /* CONFLICT: it is there already */
	const void *row;
};

/* Writes the row unless it ever was. SYS_STORAGE, SYS_RNG. */
MUST fault founded_put(struct flow *f, const struct founded *of);

#endif
