/*
 * line: a command line, read by the tables of options and commands.
 *
 * Options may stand anywhere, as --name VALUE or --name=VALUE; after -- there are arguments only. An option
 * that the command does not have, or that is given twice and may not be, is refused: what is not understood
 * is not done.
 */
#ifndef CLI_LINE_H
#define CLI_LINE_H

#include "base/arena.h"
#include "cli/complaint.h"
#include "cli/option.h"

struct command;

struct line {
	const char *noun;              /* NULL: none was given */
	const struct command *command; /* NULL: only with --help or --version */
	const char *values[OPTION_COUNT]; /* NULL: not given; a switch that is has the empty string */
	const char *const *arguments;  /* after the command's words */
	size_t count;
	/* Values of the option that may be repeated, NULL-terminated; a command has at most one such. */
	const char *const *many;
};

/*
 * Reads words (without the program's name); views of ret are theirs and the arena's. USAGE, with the
 * complaint filled, when they are no complete command.
 */
MUST fault line_parse(size_t n, char *const *words, struct arena *arena, struct complaint *complaint,
		      struct line *ret);

#endif
