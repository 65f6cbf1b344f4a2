/*
 * secretline: a secret that somebody types or pipes; never an argument, which others could see.
 */
#ifndef CLI_SECRETLINE_H
#define CLI_SECRETLINE_H

#include "cli/complaint.h"

#define SECRETLINE_MAX 128

/*
 * Reads one line of standard input, without its newline, into ret: on a terminal unseen, asked for twice on
 * standard error, and both must be the same. USAGE when they are not, when there is none, or it is too long.
 * Wipe ret with secret_done.
 */
MUST fault secretline_get(const char *what, struct complaint *complaint, char ret[static SECRETLINE_MAX + 1]);

#endif
