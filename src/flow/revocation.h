/*
 * revocation: the list of revoked certificates that everybody can fetch.
 */
#ifndef FLOW_REVOCATION_H
#define FLOW_REVOCATION_H

#include "flow/flow.h"

#define REVOCATION_PERIOD_S (7 * 86400)  /* from thisUpdate to nextUpdate */
#define REVOCATION_RENEWAL_S 86400       /* a new list is signed this often */

/* The list in force, DER, in the arena; absent when none was signed yet. */
MUST fault revocation_get(struct flow *f, struct arena *a, struct bytes *ret);

/*
 * The request for the next list when one is due, or number 0. The number grows by one with every list (RFC
 * 5280
 * §5.2.3).
 */
MUST fault revocation_next(struct flow *f, struct arena *a, struct crl *ret);

/* Puts a signed list in force. */
MUST fault revocation_put(struct flow *f, const struct crl *request, struct bytes der);

#endif
