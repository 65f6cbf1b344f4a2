/*
 * rejudge: the evidence of the fleet judged again by what is only proposed (cli/proposal.h): who would fall,
 * who would rise, and why. Nothing is changed.
 *
 * Evidence is pulled from the server one by one and judged here (cli/review.h), so no more than one dossier
 * is held; what changes waits in an unnamed file until the totals are known.
 */
#ifndef CLI_REJUDGE_H
#define CLI_REJUDGE_H

#include "cli/session.h"

/*
 * The faults of proposal_build and of the server. Retired devices are not judged; a record without evidence,
 * or that vanishes meanwhile, counts as one that could not be.
 */
MUST fault rejudge_run(struct session *s);

#endif
