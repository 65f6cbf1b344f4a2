/*
 * revocation: the lists of revoked certificates that everybody can fetch.
 *
 * A list holds what the records say of its serial numbers (cert/point.h): what is revoked or held, until a
 * while after it has expired. A new one is signed soon after that has changed, though never sooner than
 * flow_limits.crl_pause_s after the one before, and each day. Nothing of it is remembered but in the records:
 * whoever dies between two steps, the next question to ca is about what the records then say.
 */
#ifndef FLOW_REVOCATION_H
#define FLOW_REVOCATION_H

#include "cert/crl.h"
#include "cert/point.h"
#include "flow/flow.h"
#include "store/store_crl.h"

#define REVOCATION_PERIOD_S (7 * 86400) /* from thisUpdate to nextUpdate */
#define REVOCATION_RENEWAL_S 86400      /* a new list is signed this often at least */

/*
 * The lists as f->issuer has them exist, and the one that holds all, and are noted as those that certificates
 * name now; those that no certificate can name any more go, and those of issuers that are not in force. To be
 * called at the start and now and then.
 */
MUST fault revocation_open(struct flow *f);

/* The list in force with that name, DER, in the arena; absent when none was signed yet. NOT_FOUND. */
MUST fault revocation_get(struct flow *f, struct bytes name, struct arena *a, struct bytes *ret);

/* The certificate of a later issuing CA by the name of its file (cert/point.h), DER. NOT_FOUND. */
MUST fault revocation_get_issuer(const struct flow *f, struct bytes name, struct bytes *ret);

/* A list that ca is to sign. */
struct revocation_order {
	struct crl crl; /* number 0: none is due */
	struct point point;
	uint64_t entries;
	uint8_t hash[CRL_HASH_SIZE]; /* of what is to be signed */
};

/*
 * What is to be signed next, its rows in the arena; inside a transaction, which notes that they were read.
 * The number is the time or, when that would not be greater, one more than the last: so it grows (RFC 5280
 * §5.2.3) also when the records are those of an older backup. CRL_FULL when there are more rows than one list
 * may have; the next call is then about another.
 */
MUST fault revocation_next(struct flow *f, struct arena *a, struct revocation_order *ret, fault *ret_full);

/*
 * Puts a signed list in force. SIGNER_REFUSED when it is not what was asked for; CONFLICT when a later one
 * is.
 */
MUST fault revocation_put(struct flow *f, const struct revocation_order *order, struct bytes der);

/* All lists, without what is in them. */
MUST fault revocation_list(struct flow *f, struct arena *a, struct store_crl_list *ret);

#endif
