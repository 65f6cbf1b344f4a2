/*
 * confiding: which accounts are one person as far as two are wanted (admin.two_persons): whoever gave an
 * account a password or a link may sign in as it.
 *
 * It is noted while two are wanted. A password is known until its account's user has changed it, and three
 * days longer, by when somebody who was kept out of the own account has said so; a link as long as what it
 * begins may last. Tokens of no account are all one person: the server's shell.
 */
#ifndef FLOW_CONFIDING_H
#define FLOW_CONFIDING_H

#include "flow/caller.h"

#define CONFIDING_AFTER_S (3 * 86400)

/* That person knows the account's password, or, with an end, what else lets them in until then. */
struct confidence {
	const struct caller *knower;
	struct bytes account;
	int64_t until; /* zero: a password */
};
MUST fault confiding_put(struct flow *f, const struct confidence *c);

/* The account's user changed the password. */
MUST fault confiding_finish(struct flow *f, struct bytes account);

/* APPROVAL_SELF when they are one account, or no account both; APPROVAL_KNOWN when one may act as both. */
MUST fault confiding_check(struct flow *f, const struct caller *asker, const struct caller *decider);

#endif
