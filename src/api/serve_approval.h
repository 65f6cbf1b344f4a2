/*
 * serve_approval: what takes two persons (admin.two_persons), and their decisions.
 */
#ifndef API_SERVE_APPROVAL_H
#define API_SERVE_APPROVAL_H

#include "api/serve_version.h"

/*
 * Whether what the call asks for has to wait for another person: a row of its table, and the setting. AUTHZ,
 * NOT_FOUND, ROLE_UNKNOWN where it would be refused in any case.
 */
MUST fault serve_approval_check(const struct serve *s, bool *ret_is_due);

/* Lets it wait, with the record that it is about: the answer is APPROVAL_PENDING, whose detail is the id. */
MUST fault serve_approval_put(struct serve *s, const struct serve_handlers *by);

MUST fault serve_approval_list(struct serve *s);
MUST fault serve_approval_get(struct serve *s);
MUST fault serve_approval_reject(struct serve *s);

/*
 * Approves, and gives in *ret what is then to be served: the call as it was asked, and by whom; views. When
 * what it is about is no more as it was seen, the request is over and the answer VERSION_CHANGED.
 */
struct serve_approval {
	struct call call;
	struct caller asker;
};
MUST fault serve_approval_approve(struct serve *s, const struct serve_handlers *by,
				  struct serve_approval *ret);

#endif
