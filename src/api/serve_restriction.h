/*
 * serve_restriction: the endpoints of enrolment restrictions. Internal to api/.
 */
#ifndef API_SERVE_RESTRICTION_H
#define API_SERVE_RESTRICTION_H

#include "api/serving.h"

/* Each answers one endpoint (api/endpoint.def). */
MUST fault serve_restriction_list_hits(struct serve *s);
MUST fault serve_restriction_get(struct serve *s);
MUST fault serve_restriction_put(struct serve *s);
MUST fault serve_restriction_update(struct serve *s);
MUST fault serve_restriction_move(struct serve *s);
MUST fault serve_restriction_delete(struct serve *s);

#endif
