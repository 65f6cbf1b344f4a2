/*
 * options: the command line of the simulator, by the table options.def.
 */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "base/fault.h"

enum option_id {
#define O(id, ...) OPTION_##id,
#include "sim/options.def"
#undef O
	OPTION_COUNT
};

/* A set of options. */
#define OPTION(id) (UINT64_C(1) << OPTION_##id)

#define OPTIONS_DETAIL_MAX 256

struct options {
	const char *v[OPTION_COUNT];     /* the argument, borrowed; "" for a flag; NULL: not given */
	char detail[OPTIONS_DETAIL_MAX]; /* what a fault's own words do not say */
};

/* What a command takes; needed is part of allowed. */
struct options_plan {
	uint64_t needed, allowed;
};

/*
 * Reads the options from argv[first] on. USAGE, with ret->detail, when one is unknown, not allowed, given
 * twice or missing, or when anything else is there.
 */
MUST fault options_parse(char *const *argv, int first, const struct options_plan *plan, struct options *ret);

/* The argument, or what stands for it when the option was not given. */
const char *options_get_text(const struct options *o, enum option_id id, const char *fallback);

/* The number given, from 1 to max; 1 when the option was not given. USAGE with o->detail. */
MUST fault options_get_number(struct options *o, enum option_id id, uint64_t max, uint64_t *ret);

/* Prints the options of a plan for a person. */
void options_print(const struct options_plan *plan);

#endif
