/*
 * rule: what is said of an assignment filter's expression, the same by the server and by the shell.
 */
#ifndef REPORT_RULE_H
#define REPORT_RULE_H

#include <jansson.h>

#include "policy/filter.h"

/* What rule_shape takes of an arena: the canonical form has parentheses and brackets of its own. */
#define RULE_TEXT_MAX (2 * FILTER_TEXT_MAX)

/*
 * An object with the canonical form (rule), whether the filter may decide as it is (isVerified), and the
 * properties that it reads, each with its source. NULL without memory.
 */
json_t *rule_shape(const struct filter *f, struct arena *a);

#endif
