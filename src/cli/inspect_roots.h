/*
 * inspect_roots: the CA certificates of --roots, as the anchors of one judgement.
 *
 * An anchor vouches for one maker (attest/anchors.h). Roots named by hand come without that word, so unless
 * --maker gives it, they vouch for the maker that the certificate at hand names, if the registry has it.
 */
#ifndef CLI_INSPECT_ROOTS_H
#define CLI_INSPECT_ROOTS_H

#include "attest/anchors.h"
#include "base/arena.h"
#include "cli/line.h"

struct inspect_roots {
	size_t n;
	struct bytes *der;
	struct bytes maker;      /* absent: not said */
	enum anchors_class class; /* ANCHORS_UNKNOWN: not said */
};

/*
 * Reads the files named, and of folders and CABs those called like certificates (cli/bundle.h); views live
 * in the arena. In a folder or CAB what is no certificate is passed over. SYS_FILE, ARCHIVE_INVALID for a bad
 * CAB, ANCHOR_INVALID for a file named that holds none, USAGE for a maker that the registry does not have,
 * SYS_MEMORY for more than ANCHORS_MAX.
 */
MUST fault inspect_roots_get(const struct line *line, struct arena *arena, struct complaint *complaint,
			     struct inspect_roots *ret);

/* The anchors for judging an EK certificate (as an NV index held it); the caller frees them. */
struct anchors *inspect_roots_build(const struct inspect_roots *r, struct bytes certificate);

#endif
