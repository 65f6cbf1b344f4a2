/*
 * authcode: administrators who sign in at an identity provider, by the authorization code flow (OpenID
 * Connect Core 1.0 §3.1) with PKCE (RFC 7636): begun by a browser, which comes back with a code; the code is
 * exchanged by fetch for a token, which verify judges; core says whose account that is and begins a session.
 *
 * The server keeps nothing of a sign-in that was begun. The browser has a secret in a cookie that no script
 * can read, and state, nonce and code verifier all follow from it and the provider: so a state is good in one
 * browser for one provider, a code is worth something with that browser's verifier alone, and a token names
 * that sign-in.
 */
#ifndef FLOW_AUTHCODE_H
#define FLOW_AUTHCODE_H

#include "attest/idplist.h"
#include "flow/session.h"
#include "store/store_idp.h"

#define AUTHCODE_LIFE_S 600
#define AUTHCODE_TEXT_SIZE 65 /* of a value that follows from the cookie: hexadecimal and NUL */

/* Whether administrators can sign in there: it is marked so, and its document says how. */
bool is_authcode_open(const struct store_idp *row);

/* Where the browser goes, and the cookie that it keeps meanwhile. */
struct authcode_begun {
	const char *location, *cookie;
};

/*
 * Begins one at the provider of that id for a browser that knows the server by that host. NOT_FOUND for a
 * provider that is not open.
 */
struct authcode_place {
	struct bytes idp, host;
};
MUST fault authcode_begin(struct flow *f, const struct authcode_place *at, struct arena *a,
			  struct authcode_begun *ret);

/*
 * What fetch is to send where, and what is known then; views live in the arena. basic says who asks, where
 * the client has a secret that the provider wants so (RFC 6749 §2.3.1); absent: the form says it.
 */
struct authcode_errand {
	struct bytes idp, url, form, basic, nonce;
	struct bytes peer, request_id;
};

/*
 * Takes what the provider sent the browser back with; the call's credential is that of the cookie.
 * SIGN_IN_STATE when it is of another browser's sign-in, or of another provider; SIGN_IN_METHOD when the
 * provider takes the client's secret in no way that there is here, SECRET_LOST.
 */
MUST fault authcode_take(struct flow *f, const struct call *c, const struct session_code *in,
			 struct arena *a, struct authcode_errand *ret);

/*
 * Before the errand is run: SIGN_IN_LOCKED, and for how long, when its address brought as many codes that
 * were none as it may wrong passwords: each costs the provider a request.
 */
MUST fault authcode_check_attempts(struct flow *f, const struct authcode_errand *errand,
				   uint32_t *ret_retry_s);

/*
 * In verify: what the provider answered: fills ret, whose number says why it signs nobody in
 * (attest/idtoken.h). SYS_MEMORY.
 */
MUST fault authcode_examine(const struct examine *in, const struct idplist *idps, struct arena *a,
			    struct examined *ret);

/* What became of an errand; user is a `user` message, absent after a fault. */
struct authcode_result {
	const struct authcode_errand *errand;
	fault why;
	struct bytes user;
	bool are_groups_cut;
};

/*
 * Begins a session of the user's account, which is made when they come first and gets the role of their
 * groups each time, also when there is none any more, which ends its sessions; or says in ret->why why not:
 * SIGN_IN_ROLE, SIGN_IN_GROUPS, SIGN_IN_WRONG for an account that is disabled, TOK_USED, ACCOUNT_NAMED,
 * ACCOUNT_FULL, or the errand's fault.
 * What the provider's being away is to blame for is returned.
 */
MUST fault authcode_finish(struct flow *f, const struct authcode_result *r, struct arena *a,
			   struct session_outcome *ret);

#endif
