/*
 * idplist: the identity providers whose users may enrol devices: one part of the snapshot (attest/anchors.h).
 */
#ifndef ATTEST_IDPLIST_H
#define ATTEST_IDPLIST_H

#include "base/fault.h"
#include "wire/idp.h"

#define IDPLIST_HASH_SIZE 32

struct idplist;

/* Nobody. Ends the process when there is no memory; so does every call that needs more. */
struct idplist *idplist_new(void);
void idplist_free(struct idplist *l);

/* All there are from now on: an `idps` message, which is copied. PARSE_FIELD when it is not whole. */
MUST fault idplist_put(struct idplist *l, struct bytes message);

/* Takes the place of what is in l if something was put into from, and ends from. */
void idplist_merge(struct idplist *l, struct idplist *from);

/* The provider of that id, or NULL. It lives until the next change. */
const struct idp *idplist_find(const struct idplist *l, struct bytes id);

/* Appends what the snapshot's digest has of them: the SHA-256 of the message, or nothing for nobody. */
void idplist_write(const struct idplist *l, struct wr *w);

/* The same for whoever keeps the message. Returns false, writing nothing, for nobody. */
MUST bool idplist_hash(struct bytes message, uint8_t ret[static IDPLIST_HASH_SIZE]);

#endif
