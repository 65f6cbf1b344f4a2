/*
 * explain_report: an explanation as people and programs read it.
 */
#ifndef CLI_EXPLAIN_REPORT_H
#define CLI_EXPLAIN_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "cli/screen.h"
#include "report/explanation.h"

/*
 * An object: causes, one that explains others before them, each with name, words and the lines that show it;
 * unread, the files of a bundle that were not looked into, which is taken from the caller.
 */
json_t *explain_report_build(const struct explanation *e, json_t *unread);

/* The same as text. */
void explain_report_write(const json_t *report, const struct screen *screen, FILE *out);

#endif
