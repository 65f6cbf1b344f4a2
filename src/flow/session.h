/*
 * session: an administrator who signed in.
 *
 * The browser keeps a cookie that no script can read and no other site can have sent; what a session changes
 * must also carry what only a page of ours was told. Both ends of a session's life are bounded.
 */
#ifndef FLOW_SESSION_H
#define FLOW_SESSION_H

#include "flow/account.h"
#include "store/store_session.h"

/* Who begins one, from where. */
struct session_order {
	struct bytes peer, request_id;
};

/* A session just begun: what its cookie is set to (RFC 6265 §4.1), and who is signed in. */
struct session_begun {
	const char *cookie;
	struct caller caller;
};

/*
 * Begins a session, or gives in ret->why why not, which is to be answered and, with what it wrote, kept:
 * SIGN_IN_WRONG, whatever is wrong; SIGN_IN_LOCKED with how long; SIGN_IN_PROVIDER for the right password of
 * a name that passwords are not for. Sessions that are over are forgotten.
 */
struct session_outcome {
	fault why;
	uint32_t retry_after_s;
	struct session_begun begun;
};
MUST fault session_begin(struct flow *f, const struct session_order *o, const struct session_new *in,
			 struct arena *a, struct session_outcome *ret);

/*
 * The same for an account that was proved otherwise, that way: it is active. Writes records and audit. The
 * answer is ret->begun.
 */
struct session_proof {
	struct store_account *account;
	enum store_session_way way;
};
MUST fault session_begin_proved(struct flow *f, const struct session_order *o,
				const struct session_proof *proof, struct arena *a,
				struct session_outcome *ret);

/*
 * One's own password, by the one until now; all other sessions of the account end. What is wrong with it
 * stands in ret->why, as for session_begin, and counts there. STATE_INVALID for whoever has no password,
 * AUTHZ for another's name.
 */
struct session_change {
	const struct account_order *order;
	struct bytes peer;
};
MUST fault session_update_password(struct flow *f, const struct session_change *c,
				   const struct password_own *in, struct arena *a,
				   struct session_outcome *ret);

/* Those that are not over. */
MUST fault session_list(struct flow *f, struct store_page page, struct arena *a,
			struct store_session_list *ret);

/* Ends one: the caller's own, or that of somebody whose role is not above. NOT_FOUND, AUTHZ. */
MUST fault session_delete(struct flow *f, const struct account_order *o, struct bytes id, struct arena *a);

const char *session_way_word(uint64_t way);

/* What takes the cookie away again. */
extern const char session_no_cookie[];

#endif
