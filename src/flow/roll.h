/*
 * roll: the trusted certificates, lists of revoked ones and identity providers in force as core knows them, a
 * short record each, and their digest.
 *
 * Certificates and lists themselves are in the store and, by what core announces, in every verify, whose own
 * digest (attest/anchors.h) is the same as long as both agree.
 */
#ifndef FLOW_ROLL_H
#define FLOW_ROLL_H

#include "attest/anchors.h"
#include "store/store_anchor.h"
#include "store/store_eklist.h"

struct flow_answer;
struct roll;

/* What an answer changes once it is committed; views of its job. */
struct roll_change {
	struct bytes fingerprint;        /* or the id of a list */
	const struct store_anchor *put;  /* NULL: it is gone, or no certificate */
	const struct store_eklist *list; /* of revoked certificates, in force from now on; NULL: it is none */
	struct bytes idps;               /* all identity providers, an `idps` message; absent: it is none */
};

/* The answer changes this, a copy of which is in the arena, and nothing else. SYS_MEMORY. */
MUST fault roll_answer(const struct roll_change *change, struct arena *a, struct flow_answer *answer);

/* An empty roll. Ends the process when there is no memory; so does every call that needs more. */
struct roll *roll_new(void);
void roll_free(struct roll *r);

/* How a stored certificate stands in the snapshot: only a root vouches for a maker and a class. */
struct anchors_record roll_record(const struct store_anchor *row);

/* Applies a change; what is there already is replaced, what is not there can be gone. */
void roll_put(struct roll *r, const struct roll_change *change);

/* Whether there are identity providers. */
bool has_roll_idps(const struct roll *r);

/* How many certificates there are. */
size_t roll_count(const struct roll *r);

/* anchors_digest of the snapshot with the same certificates and lists. */
void roll_digest(const struct roll *r, uint8_t ret[static ANCHORS_HASH_SIZE]);

#endif
