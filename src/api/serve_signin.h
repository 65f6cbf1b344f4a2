/*
 * serve_signin: administrators who sign in at an identity provider (flow/authcode.h).
 */
#ifndef API_SERVE_SIGNIN_H
#define API_SERVE_SIGNIN_H

#include "api/serving.h"
#include "flow/authcode.h"

MUST fault serve_signin_list(struct serve *s);
MUST fault serve_signin_begin(struct serve *s);

/* Leaves an errand to be done; what came of it is answered by the next. */
MUST fault serve_signin_take(struct serve *s);
MUST fault serve_signin_finish(struct flow *f, const struct authcode_result *r, struct arena *a,
			       struct flow_answer *ret);

#endif
