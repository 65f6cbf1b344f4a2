/*
 * serve_view: the caller's own views of lists.
 */
#ifndef API_SERVE_VIEW_H
#define API_SERVE_VIEW_H

#include "api/serving.h"

MUST fault serve_view_list(struct serve *s);
MUST fault serve_view_put(struct serve *s);
MUST fault serve_view_delete(struct serve *s);

#endif
