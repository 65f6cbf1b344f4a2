/*
 * import: certificates on their way to the server, a page at a time, and what became of each.
 */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include "cli/bundle.h"
#include "cli/session.h"

/*
 * Sends the certificates of every file, folder and CAB that the command line names, with a line for each, a
 * table by maker and a sum, or all that as a JSON object. What is wrong with one stops nothing; the first
 * refusal is the command's.
 */
MUST fault import_run(struct session *s);

/* The same of a bundle; ret is an object that is filled, or NULL to print text. */
MUST fault import_bundle(struct session *s, const struct bundle *bundle, json_t *ret);

#endif
