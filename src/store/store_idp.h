/*
 * store_idp: identity providers whose users may enrol devices, and which of their tokens have been used.
 */
#ifndef STORE_STORE_IDP_H
#define STORE_STORE_IDP_H

#include "store/record.h"
#include "store/store.h"

#define STORE_IDP_MAX 8 /* as many as a snapshot holds (wire/idp.h) */

/*
 * id is SHA-256 of issuer; names are unique. algorithms are bits of enum idp_algorithm; amr and acr are words
 * with a blank between; profile is for devices that nobody registered. keys_url, token_url, device_url and
 * authorize_url are the discovery document's, keys an `idp_document` message; absent until they were fetched,
 * at discovered and fetched. asked is when a token last named a key that was not there. fault and detail are
 * of the last attempt, tries how many failed since the last that did not. Administrators sign in by
 * admin_client, absent: nobody does; each group gives its members that role. secret is that client's, sealed
 * (flow/safe.h), as of secret_set; secret_ways are bits of enum idp_secret_way, of the discovery document.
 */
#define STORE_IDP_FIELDS(F, of)        \
	F(of, HASH, id, REQ)           \
	F(of, TEXT, name, REQ)         \
	F(of, TEXT, issuer, REQ)       \
	F(of, TEXT, audience, REQ)     \
	F(of, TEXT, client, REQ)       \
	F(of, UINT, algorithms, REQ)   \
	F(of, TEXT, name_claim, REQ)   \
	F(of, TEXT, groups_claim, OPT) \
	F(of, TEXT, amr, OPT)          \
	F(of, TEXT, acr, OPT)          \
	F(of, ID, profile, REQ)        \
	F(of, TEXT, keys_url, OPT)     \
	F(of, TEXT, token_url, OPT)    \
	F(of, TEXT, device_url, OPT)   \
	F(of, BYTES, keys, OPT)        \
	F(of, TEXT, fault, OPT)        \
	F(of, TEXT, detail, OPT)       \
	F(of, UINT, tries, REQ)        \
	F(of, TIME, next, REQ)         \
	F(of, TIME, discovered, REQ)   \
	F(of, TIME, fetched, REQ)      \
	F(of, TIME, created, REQ)      \
	F(of, TIME, asked, REQ)        \
	F(of, TEXT, scope, OPT)        \
	F(of, TEXT, authorize_url, OPT) \
	F(of, TEXT, admin_client, OPT) \
	F(of, TEXT, reader_group, OPT) \
	F(of, TEXT, helpdesk_group, OPT) \
	F(of, TEXT, operator_group, OPT) \
	F(of, TEXT, security_group, OPT) \
	F(of, TEXT, owner_group, OPT)  \
	F(of, BYTES, secret, OPT)      \
	F(of, TIME, secret_set, REQ)   \
	F(of, UINT, secret_ways, REQ)
RECORD_STRUCT(store_idp, STORE_IDP_FIELDS)

/* CONFLICT for an issuer or a name that is there; IDP_LIMIT when there are STORE_IDP_MAX. */
MUST fault store_idp_put(struct store *s, const struct store_idp *row);

/* Replaces all but the id, which finds it. NOT_FOUND, CONFLICT as above. */
MUST fault store_idp_update(struct store *s, const struct store_idp *row);
MUST fault store_idp_get(struct store *s, struct bytes id, struct arena *a, struct store_idp **ret);

/* NULL when there is none. */
MUST fault store_idp_find(struct store *s, struct bytes id, struct arena *a, struct store_idp **ret);
MUST fault store_idp_find_by_name(struct store *s, struct bytes name, struct arena *a,
				  struct store_idp **ret);

/* The one whose next is longest past, or NULL. */
MUST fault store_idp_find_due(struct store *s, int64_t now, struct arena *a, struct store_idp **ret);

/* All of them, in order of id. */
MUST fault store_idp_list(struct store *s, struct arena *a, struct store_idp_list *ret);
MUST fault store_idp_delete(struct store *s, struct bytes id);

/*
 * Notes that a token of that digest is used until it expires; in one statement, so that of racing uses one is
 * counted. *ret_counted is false when it was used before.
 */
MUST fault store_idp_use(struct store *s, struct bytes digest, int64_t expires, bool *ret_counted);
MUST fault store_idp_count_uses(struct store *s, struct bytes digest, uint64_t *ret);

/* Forgets tokens that expired before that time. */
MUST fault store_idp_prune_uses(struct store *s, int64_t before);

#endif
