/*
 * line: the transport to a TPM (TCTI) that is patient, within bounds.
 *
 * A TPM may answer that it is busy, testing itself, or sparing its flash; the command was then not executed
 * and is to be sent again (TPM 2.0 Part 2 §6.6.3, warnings). ESAPI does so for some of these codes, five
 * times without waiting. The line does it for all, with growing pauses and an end, so that no caller has to.
 * A TPM that says nothing at all is given up (tpm/carrier.h).
 */
#ifndef TPM_LINE_H
#define TPM_LINE_H

#include <tss2/tss2_tcti.h>

#include "base/fault.h"

struct line;

/*
 * Opens the TCTI of that configuration text, none of whose answers may take longer than wait_ms. On failure
 * gives the TSS's code or CARRIER_LATE, zero on success.
 */
MUST uint32_t line_open(const char *tcti, int wait_ms, struct line **ret);
void line_close(struct line *line);

/* What ESAPI talks to; lives as long as the line. */
TSS2_TCTI_CONTEXT *line_tcti(struct line *line);

#endif
