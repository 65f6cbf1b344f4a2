/*
 * inspection: what `assay inspect` reports of a file, for the tests of its kinds.
 */
#ifndef TESTS_CLI_INSPECTION_H
#define TESTS_CLI_INSPECTION_H

#include "cli/inspect_kind.h"

/* The report of a file as that kind, judged with what `in` has beside it; the caller frees it. */
json_t *inspection_report(const struct inspect_kind_input *in, const char *kind, struct bytes file);

/* True when the member is that text; for NULL, when it is none. */
bool has_inspection_text(const json_t *object, const char *member, const char *text);

#endif
