/*
 * name: what a TPM calls its keys (TPM 2.0 Part 1 §16, §26.5; Part 2 §10.5.3).
 *
 * A Name is nameAlg ‖ H(public area as received). The Qualified Name of a primary key is
 * nameAlg ‖ H(handle of its hierarchy ‖ Name), so a server can compute it from the public area alone.
 */
#ifndef ATTEST_NAME_H
#define ATTEST_NAME_H

#include "attest/alg.h"

#define NAME_SIZE_MAX (2 + ALG_DIGEST_MAX)

/* TPM_RH_ENDORSEMENT (TPM 2.0 Part 2 §7.4). */
#define NAME_ENDORSEMENT 0x4000000Bu

struct name {
	size_t n;
	uint8_t v[NAME_SIZE_MAX];
};

/* A view of n, as long as n lives. */
struct bytes name_bytes(const struct name *n);

/* The Name of the public area. NAMEALG when the hash is not one that keys may be named with. */
MUST fault name_build(uint16_t name_alg, struct bytes public_area, struct name *ret);

/* The Qualified Name of the primary key called name below hierarchy. NAMEALG as above. */
MUST fault name_build_primary(uint32_t hierarchy, struct bytes name, struct name *ret);

#endif
