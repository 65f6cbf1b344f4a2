/*
 * help: what the program says of itself, made from the tables of commands and options.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "cli/line.h"

/* Of the command of the line, of its noun, or of the program. */
void help_write(const struct line *line, FILE *out);

#endif
