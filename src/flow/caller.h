/*
 * caller: who asks on the admin listener: by bearer token (RFC 6750) or by the cookie of a session.
 */
#ifndef FLOW_CALLER_H
#define FLOW_CALLER_H

#include "flow/flow.h"
#include "store/store_account.h"
#include "store/store_admin.h"

#define CALLER_COOKIE "__Host-assay"
#define CALLER_COOKIE_RULES "; Path=/; Secure; HttpOnly; SameSite=Strict"
#define CALLER_COOKIE_BEGUN "__Host-assay-begun" /* of a sign-in at an identity provider (flow/authcode.h) */

/* How long tokens of an identity provider's user are good without a sign-in there. */
#define CALLER_UNSEEN_S (30 * 86400)

/* Who asks, as far as they are known; nobody's name is "nobody". Views live in the arena. */
struct caller {
	const char *name;        /* of the account or, of a token without one, the token */
	enum flow_role role;     /* never more than the account's */
	struct bytes account;    /* absent: a token of no account */
	struct bytes id;         /* of token or session; absent: nobody */
	struct bytes scope;      /* words of api/scope.h; absent: all */
	bool is_session;
	int64_t expires;         /* 0: never */
	bool is_bound;           /* has to change the password before anything else */
	const char *csrf;        /* of a session: what proves that a page may act for it; else NULL */
	const struct caller *asker; /* whose request this one approves; NULL: nobody but this one asked */
};

/* What a request takes: a role and, of a session, more than its cookie when something is to be changed. */
struct caller_need {
	enum flow_role role;
	bool is_change;
};

/*
 * Reads Authorization or, without it, the session's cookie and X-Assay-CSRF into the call, in the arena.
 * AUTHN when there is neither.
 */
MUST fault caller_parse(const struct request *r, struct arena *a, struct call *ret);

/* The same of a sign-in that was begun. SIGN_IN_STATE when there is none. */
MUST fault caller_parse_begun(const struct request *r, struct arena *a, struct call *ret);

/* What stands behind the word of RFC 6750 §2.1; absent for another scheme. */
struct bytes caller_find_bearer(struct bytes authorization);

/* The text of a token of that kind as a call's credential, in the arena. AUTHN, TOK_FLOW for another kind. */
MUST fault caller_parse_token(struct bytes text, enum token_kind kind, struct arena *a, struct call *ret);

/*
 * Whoever the call is by. AUTHN when a token is unknown or expired, a secret is wrong, or the account may not
 * sign in; TOKEN_UNSEEN for a token whose user has not signed in for CALLER_UNSEEN_S; SESSION_OVER for a
 * session that was ended, not used or is too old; AUTHZ when the role is less than needed; SESSION_CSRF for a
 * change by the cookie alone. A need of nobody asks for nothing and gives nobody.
 */
MUST fault caller_find(struct flow *f, const struct call *c, const struct caller_need *need,
		       struct arena *a, struct caller *ret);

/* What proves that a page may act for the session of the call, in hexadecimal, in the arena. */
MUST fault caller_csrf(const struct call *c, struct arena *a, const char **ret);

/* "owner"; and the reverse: FLOW_ROLE_NOBODY for a word that is no role. */
const char *caller_role_word(enum flow_role role);
enum flow_role caller_role_find(struct bytes word);

/* That role as text, into ret. ROLE_UNKNOWN; AUTHZ for more than the caller's own. */
MUST fault caller_read_role(const struct caller *by, struct bytes word, enum flow_role *ret);

/* AUTHZ_SCOPE for a token of a part of the server: whom it would let in could do all that the role may. */
MUST fault caller_check_whole(const struct caller *by);

/* Makes the token of a first owner and stores its hash; the text is in the arena. CONFLICT. */
MUST fault caller_put(struct flow *f, const char *name, enum flow_role role, struct arena *a,
		      const char **ret_text);

#endif
