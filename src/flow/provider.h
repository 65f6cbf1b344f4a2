/*
 * provider: the identity providers whose users may enrol devices: kept by administrators, their documents
 * fetched again and again, and put in force (doc/sign-in.md).
 */
#ifndef FLOW_PROVIDER_H
#define FLOW_PROVIDER_H

#include "flow/inventory.h"
#include "store/store_idp.h"

#define PROVIDER_SECRET "client secret" /* what is in the safe of one (flow/safe.h) */

/* --- in verify ----------------------------------------------------------------------------------------- */

/* That the words of a new one make sense, and those of a change. PARSE_FIELD with a sentence. */
MUST fault provider_read_new(const struct idp_new *in, const char **ret_detail);
MUST fault provider_read_set(const struct idp_set *in, const char **ret_detail);

/*
 * Reads a document that was fetched: fills ret, whose number says why it is not what was asked for.
 * SYS_MEMORY.
 */
MUST fault provider_examine(const struct examine *in, struct arena *a, struct examined *ret);

/* --- in core: documents -------------------------------------------------------------------------------- */

/* What is to be fetched; views live in the arena. */
struct provider_turn {
	struct bytes id, issuer, url;
	bool is_discovery; /* otherwise it is the keys */
};

/* The document that is to be fetched now, put off to its next turn; id is absent when there is none. */
MUST fault provider_find_due(struct flow *f, struct arena *a, struct provider_turn *ret);

/* What became of fetching it; document is an `idp_document` message, absent after a fault. */
struct provider_result {
	struct bytes id;
	fault why;
	struct bytes detail;
	struct bytes document;
};

/* Records it. New keys are in force from the next commit on, by the changes of ret_answer. */
MUST fault provider_finish(struct flow *f, const struct provider_result *r, struct arena *a,
			   struct flow_answer *ret_answer);

/*
 * A token names a key that is not at hand: the keys are fetched now, unless that was done less than a minute
 * ago or fails anyway.
 */
MUST fault provider_put_due(struct flow *f, struct bytes id, struct arena *a);

/* All of them as the snapshot has them, an `idps` message in the arena. */
MUST fault provider_build_all(struct flow *f, struct arena *a, struct bytes *ret);

/* --- in core: records ---------------------------------------------------------------------------------- */

/*
 * Who wants something, and what it changes for every verify. Whoever changes a provider may do what its users
 * may at most: otherwise AUTHZ.
 */
struct provider_order {
	const struct inventory_actor *by;
	enum flow_role role; /* of them */
	struct arena *a;
	struct flow_answer *answer;
};

/*
 * Its issuer is its id. NOT_FOUND for an unknown profile, CONFLICT for an issuer or name that is there,
 * IDP_LIMIT.
 */
MUST fault provider_put(struct flow *f, const struct idp_new *in, struct provider_order *o,
			struct store_idp **ret);

/*
 * Changes what is said of the one of that name; its keys and addresses stay. An empty audience is the client
 * again. NOT_FOUND, also for an unknown profile; CONFLICT for a name that is there.
 */
MUST fault provider_update(struct flow *f, struct bytes name, const struct idp_set *in,
			   struct provider_order *o, struct store_idp **ret);

/* By name. NOT_FOUND. */
MUST fault provider_get(struct flow *f, struct bytes name, struct arena *a, struct store_idp **ret);
MUST fault provider_list(struct flow *f, struct arena *a, struct store_idp_list *ret);

/* The highest role that it gives to members of one of those groups; FLOW_ROLE_NOBODY: none. */
enum flow_role provider_role(const struct store_idp *row, const struct bytes_list *groups);

/* Devices that its users enrolled stay, accounts of those who administer go. NOT_FOUND. */
MUST fault provider_delete(struct flow *f, struct bytes name, struct provider_order *o);

/* How many keys of it are at hand. */
size_t provider_count_keys(const struct store_idp *row);

#endif
