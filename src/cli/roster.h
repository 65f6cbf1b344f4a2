/*
 * roster: registrations by the file: imported or taken back.
 */
#ifndef CLI_ROSTER_H
#define CLI_ROSTER_H

#include "cli/session.h"

/*
 * Registers each row of the file that the command line names (- is standard input), or takes its registration
 * back. Rows that are refused are told with their lines and stop no other; the first of them is the command's
 * fault. What is done already is no fault, so that an import that broke off is made again.
 */
MUST fault roster_import(struct session *s);
MUST fault roster_remove(struct session *s);

#endif
