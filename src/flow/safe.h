/*
 * safe: what a copy of the database does not give away: secrets of ours with others, and bodies of requests
 * that wait for an approval. They are sealed (cert/vault.h) by a key that core keeps beside the database.
 */
#ifndef FLOW_SAFE_H
#define FLOW_SAFE_H

#include "flow/flow.h"

/* The one place where the octets belong: the kind of record, at most 16 characters, and its id. */
struct safe_place {
	const char *kind;
	struct bytes id;
};

/* The octets as a record may have them, in the arena. SYS_RNG, SYS_MEMORY. */
MUST fault safe_seal(struct flow *f, const struct safe_place *at, struct bytes plain, struct arena *a,
		     struct bytes *ret);

/* And back. SECRET_LOST for those of another place or key. */
MUST fault safe_unseal(const struct flow *f, const struct safe_place *at, struct bytes sealed,
		       struct arena *a, struct bytes *ret);

#endif
