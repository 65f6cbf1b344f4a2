/*
 * inspect_report: what was found of a file, as a JSON object and as text.
 *
 * Members: kind, file, outcome, fault, what, remedy (null unless refused), checks (each with check, outcome
 * and detail, in the order of attest/checks.def), then the facts of the kind.
 */
#ifndef CLI_INSPECT_REPORT_H
#define CLI_INSPECT_REPORT_H

#include <stdio.h>

#include "cli/inspect_finding.h"
#include "cli/screen.h"

/* why: what kept the file from being judged, or NULL. The object is the caller's; *ret is the outcome. */
json_t *inspect_report_build(const struct inspect_finding *f, fault why, enum inspect_outcome *ret);

/* Writes an object with kind and file as text: outcome and reason, facts, the checks that did not pass. */
void inspect_report_write(const json_t *report, const struct screen *screen, FILE *out);

#endif
