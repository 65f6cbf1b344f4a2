/*
 * snapshot: the anchors as verify gets them, whole and with a digest that every verdict carries.
 */
#ifndef FLOW_SNAPSHOT_H
#define FLOW_SNAPSHOT_H

#include "attest/alg.h"
#include "attest/anchors.h"
#include "flow/flow.h"
#include "wire/body.h"

/* Computes the digest of the stored anchors into f->snapshot. */
MUST fault snapshot_build(struct flow *f);

/* Gives every stored anchor to `each` in order of fingerprint, then *ret_count of them. */
MUST fault snapshot_list(struct flow *f, fault (*each)(void *of, const struct anchor *anchor), void *of,
			 uint64_t *ret_count);

/*
 * In verify: reads an administrator's anchor: it must be a CA certificate; subject and not_after are filled
 * from it, in the arena. ANCHOR_INVALID; PARSE_FIELD when the request brings them itself.
 */
MUST fault snapshot_read_anchor(struct anchor_new *in, struct arena *a);

#endif
