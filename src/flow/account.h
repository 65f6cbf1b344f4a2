/*
 * account: administrators who sign in with a password. Each change writes an audit row in the actor's name.
 *
 * Whoever manages accounts does so up to the own role: only owners make owners, change them or let them go,
 * and one owner stays. A token of a part of the server lets nobody in, who could do more than it: it lists,
 * disables and removes (AUTHZ_SCOPE).
 */
#ifndef FLOW_ACCOUNT_H
#define FLOW_ACCOUNT_H

#include "flow/caller.h"
#include "flow/inventory.h"

#define ACCOUNT_MAX 500
#define ACCOUNT_OF_PROVIDER "openid" /* the kind of one without a password (flow/authcode.h) */

/* Who acts, in whose name. */
struct account_order {
	const struct caller *caller;
	const struct inventory_actor *by;
	struct bytes name; /* of the account that it is about */
};

/* A password as somebody brought it. */
struct account_password {
	struct bytes name, text;
	struct bytes server; /* the hash of its root CA */
	bool is_new;         /* to be the account's from now on */
};

/*
 * In verify: its proof (cert/password.h), in the arena. ACCOUNT_NAME for a name that no account has,
 * PASSWORD_WEAK for a new one that is, SYS_MEMORY.
 */
MUST fault account_read_password(const struct account_password *in, struct arena *a, struct bytes *ret);

/*
 * Adds an account that may sign in with the password of that proof (cert/password.h). ACCOUNT_NAME,
 * ROLE_UNKNOWN, AUTHZ, CONFLICT for a name that is taken, ACCOUNT_FULL.
 */
MUST fault account_put(struct flow *f, const struct account_order *o, const struct account_new *in,
		       struct arena *a, struct store_account **ret);

/*
 * Another role, or state: "active" or "disabled", which ends its sessions. ROLE_UNKNOWN, AUTHZ, NOT_FOUND,
 * OWNER_LAST, PARSE_FIELD for another state.
 */
MUST fault account_update(struct flow *f, const struct account_order *o, const struct account_set *in,
			  struct arena *a, struct store_account **ret);

/* The account, if its role is not above the caller's. AUTHZ, NOT_FOUND. */
MUST fault account_get_below(struct flow *f, const struct account_order *o, struct arena *a,
			     struct store_account **ret);

/* The proof as it is stored, in the arena. SYS_FRAME when it is none, SYS_MEMORY. */
MUST fault account_hash(struct bytes proof, struct arena *a, struct bytes *ret);

/*
 * Another password; ends its sessions. Who chooses one for somebody else may say that it has to be changed.
 * AUTHZ, NOT_FOUND.
 */
MUST fault account_update_password(struct flow *f, const struct account_order *o,
				   const struct password_new *in, struct arena *a);

/* Its sessions and tokens go with it. AUTHZ, NOT_FOUND, OWNER_LAST. */
MUST fault account_delete(struct flow *f, const struct account_order *o, struct arena *a);

MUST fault account_get(struct flow *f, struct bytes name, struct arena *a, struct store_account **ret);

/* All of them: there is a ceiling. */
MUST fault account_list(struct flow *f, struct arena *a, struct store_account_list *ret);

/* OWNER_LAST when there is but one way left for an owner to get in. */
MUST fault account_check_owners(struct flow *f);

/* The word of a state (store/store_account.h), and the reverse, or 0. */
const char *account_state_word(uint64_t state);
uint64_t account_state_find(struct bytes word);

#endif
