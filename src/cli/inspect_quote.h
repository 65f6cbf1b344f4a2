/*
 * inspect_quote: a quote with its signature and the PCR values it is over, as one JSON document.
 *
 * Members: quote (TPMS_ATTEST) and signature (TPMT_SIGNATURE) in base64; pcrs, the values in base64 by
 * index, of the bank that algorithm names (a TPM_ALG_ID in decimal); allpcrs, the same by bank; cookie,
 * what the quote was asked with. Values of all banks quoted must be there.
 */
#ifndef CLI_INSPECT_QUOTE_H
#define CLI_INSPECT_QUOTE_H

#include "cli/inspect_kind.h"

/* PARSE_ENVELOPE when it is no JSON object, PARSE_FIELD for a member that is missing or not of its form. */
MUST fault inspect_quote_judge(const struct inspect_kind_input *in, struct inspect_finding *f);

#endif
