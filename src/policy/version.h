/*
 * version: versions of operating systems and firmware as people write them: up to four decimal numbers with
 * dots between, of which those left out are 0.
 */
#ifndef POLICY_VERSION_H
#define POLICY_VERSION_H

#include "base/bytes.h"

#define VERSION_PARTS 4

struct version {
	uint32_t part[VERSION_PARTS];
};

/*
 * Reads `least` to VERSION_PARTS numbers of at most nine digits; leading zeros are allowed, as "22.04" has
 * one. False, writing nothing, for anything else.
 */
MUST bool version_parse(struct bytes text, size_t least, struct version *ret);

/* Below zero, zero, above zero: a is older than b, the same, newer. */
int version_compare(const struct version *a, const struct version *b);

#endif
