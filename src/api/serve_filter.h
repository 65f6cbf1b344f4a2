/*
 * serve_filter: the endpoints of assignment filters: the records, and a rule that is tried out. Internal to
 * api/.
 */
#ifndef API_SERVE_FILTER_H
#define API_SERVE_FILTER_H

#include "api/serving.h"

MUST fault serve_filter_get(struct serve *s);
MUST fault serve_filter_add(struct serve *s);
MUST fault serve_filter_set(struct serve *s);
MUST fault serve_filter_remove(struct serve *s);

/* The rule in canonical form, the properties it reads, and whether it may decide. */
MUST fault serve_filter_check(struct serve *s);

/* The next slice of devices: counts, those that match or may, each with its comparisons, where to go on. */
MUST fault serve_filter_preview(struct serve *s);

#endif
