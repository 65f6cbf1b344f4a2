/*
 * filter: the commands about assignment filters.
 */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include "cli/resource.h"

extern const struct resource filter_resource;

/*
 * Adds or changes a filter. A rule that is none is refused here already, with what stands around the mistake
 * and a caret below it on standard error.
 */
MUST fault filter_put(struct session *s);
MUST fault filter_update(struct session *s);

/* Says what an expression is and what it reads, without a server. */
MUST fault filter_check(struct session *s);

/* Says of which devices a filter holds, and why: one that is kept, by its id, or an expression. */
MUST fault filter_preview(struct session *s);

/* The rule that text is: an expression, or that of the kept filter with this id, which *ret_record holds. */
MUST fault filter_get_rule(struct session *s, const char *text, const char **ret, json_t **ret_record);

#endif
