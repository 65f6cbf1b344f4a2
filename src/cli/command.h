/*
 * command: the table of what the program can do (cli/command.def).
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/fault.h"

struct resource;
struct session;

#define COMMAND_TEXT "TEXT..."

struct command {
	const char *noun;
	const char *verb;      /* NULL: the noun alone is the command */
	/*
	 * As in the help: "" none, ID one, ID ID two, FILE... one or more, [ID] one or none, [ID...] any
	 * number; TEXT... may begin with a dash, as pasted lines do.
	 */
	const char *arguments;
	uint64_t must;         /* options (OPTION_BIT) that have to be given */
	uint64_t one_of;       /* of these one at least */
	uint64_t may;          /* of these any; those of every command are not listed */
	const char *sentence;
	fault (*run)(struct session *s);
	const struct resource *of; /* what the function is about, if it is a resource's */
};

extern const struct command commands[];
extern const size_t commands_count;

/* The row with that noun and verb; verb may be NULL. NULL when there is none. */
const struct command *command_find(const char *noun, const char *verb);

/* True when some row has the noun. */
bool is_command_noun(const char *noun);

/* True when count arguments are what the row wants. */
bool is_command_count(const struct command *c, size_t count);

#endif
