/*
 * inspect_evidence: what the server kept of an enrolment (struct evidence of wire/trip.h), judged again.
 */
#ifndef CLI_INSPECT_EVIDENCE_H
#define CLI_INSPECT_EVIDENCE_H

#include "cli/inspect_kind.h"

/*
 * Judges it as of the time it was kept. All rows that evidence alone decides are needed, those of the EK
 * certificate too: that a registration vouched for the key instead is on record, not in evidence. Rows of
 * core are not shown. NOT_ATTESTED for a device without a TPM.
 */
MUST fault inspect_evidence_judge(const struct inspect_kind_input *in, struct inspect_finding *f);

#endif
