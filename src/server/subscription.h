/*
 * subscription: verify's snapshot of the trusted certificates, lists of revoked ones and identity providers,
 * as core announces it (server/publication.h).
 *
 * What core says of a change is collected and takes effect at once with FRAME_SNAPSHOT, when the result has
 * the digest that core named. If it has another, verify and core do not agree on what is trusted, and this
 * verify has to end: a fresh one is told everything anew.
 */
#ifndef SERVER_SUBSCRIPTION_H
#define SERVER_SUBSCRIPTION_H

#include "attest/anchors.h"
#include "wire/frame.h"

struct subscription;

/* Without a snapshot. Ends the process when there is no memory. */
struct subscription *subscription_new(void);
void subscription_free(struct subscription *s);

/* The snapshot in force with its digest, or NULL before the first. */
const struct anchors *subscription_anchors(const struct subscription *s);
struct bytes subscription_digest(const struct subscription *s);

/* Forgets an announcement that is not whole, as when core has gone; what is in force stays so. */
void subscription_rollback(struct subscription *s);

/* SYS_FRAME when the snapshot in force is not the one that is said to change. */
MUST fault subscription_begin(struct subscription *s, const struct change *change);
void subscription_put(struct subscription *s, const struct anchor *anchor);
void subscription_put_eklist(struct subscription *s, const struct eklist *list);
void subscription_put_idps(struct subscription *s, struct bytes message); /* `idps` */
void subscription_delete(struct subscription *s, const struct anchor_gone *gone);

/* SYS_FRAME when the outcome is not what core announced; nothing may be judged by it then. */
MUST fault subscription_commit(struct subscription *s, const struct snapshot *announced);

#endif
