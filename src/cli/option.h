/*
 * option: the table of the command line's options.
 */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include "base/bytes.h"

enum option_id {
#define O(id, ...) OPTION_##id,
#include "cli/option.def"
#undef O
	OPTION_COUNT
};

struct option {
	const char *name;
	const char *value; /* NULL: a switch */
	const char *sentence;
};

extern const struct option options[OPTION_COUNT];

/* A set of options. */
#define OPTION_BIT_AT(i) (UINT64_C(1) << (i))
#define OPTION_BIT(id) OPTION_BIT_AT(OPTION_##id)
#define OPTION_BITS_OF_ALL (OPTION_BIT(FORMAT) - 1) /* those that every command has */

/* The option called that, or NULL. */
const struct option *option_find(struct bytes name);

enum option_id option_id(const struct option *o);

/* True when it may be given several times. */
bool is_option_repeated(const struct option *o);

/* True when the option takes that value. */
bool is_option_value(const struct option *o, const char *value);

#endif
