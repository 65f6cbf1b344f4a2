/*
 * serve_approval: what takes two persons (admin.two_persons), and their decisions.
 */
#ifndef API_SERVE_APPROVAL_H
#define API_SERVE_APPROVAL_H

#include "api/serving.h"

/* True when what the call asks for has to wait for another person: a row of its table, and the setting. */
bool is_serve_approval_due(const struct serve *s);

/* Lets it wait: the answer is APPROVAL_PENDING, whose detail is the id. */
MUST fault serve_approval_put(struct serve *s);

MUST fault serve_approval_list(struct serve *s);
MUST fault serve_approval_get(struct serve *s);
MUST fault serve_approval_reject(struct serve *s);

/* Approves, and gives in *ret what is then to be served: the call as it was asked, in the arena. */
MUST fault serve_approval_approve(struct serve *s, struct call *ret);

#endif
