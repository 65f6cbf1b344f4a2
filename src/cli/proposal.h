/*
 * proposal: trusted CA certificates as they would be, to see what would follow before anything is changed.
 */
#ifndef CLI_PROPOSAL_H
#define CLI_PROPOSAL_H

#include "attest/anchors.h"
#include "cli/session.h"

/*
 * The certificates of --roots in place of those that the server trusts or, with --add, beside them; the
 * caller frees them. One that the server trusts keeps its maker and class there, any other needs --maker and
 * --class. USAGE when those are missing or --roots names no CA certificate; the faults of inspect_roots_get
 * and of the server.
 */
MUST fault proposal_build(struct session *s, struct anchors **ret);

#endif
