/*
 * publication: keeps the snapshot of every verify in step with the trusted certificates, and the lists of
 * revoked ones, in the records.
 *
 * A verify that joins is given all of them, a page at a time as its link takes them; after that it gets what
 * each commit changed. Either way FRAME_SNAPSHOT comes last and has the digest that the whole must have,
 * under which verify then judges and which core compares. A change that comes while a verify is still being
 * given the pages is said at once where its page has gone already, and found in its page otherwise.
 */
#ifndef SERVER_PUBLICATION_H
#define SERVER_PUBLICATION_H

#include "flow/flow.h"
#include "flow/roll.h"
#include "proc/link.h"

struct publication;

/* The flow is borrowed; its snapshot is the digest in force, which only this module writes. */
struct publication *publication_new(struct flow *f);
void publication_free(struct publication *p);

/* Reads what is stored, before the first reader joins. */
MUST fault publication_open(struct publication *p);

/* A verify, from when its link is up until it is over. */
void publication_put_reader(struct publication *p, struct link *link);
void publication_delete_reader(struct publication *p, const struct link *link);

/* What a committed answer changed. Takes effect with publication_commit. */
void publication_put(struct publication *p, const struct flow_answer *answer);

/* Puts the digest of all that was put in force and announces it. */
void publication_commit(struct publication *p);

/* Goes on with whoever is behind and has taken all that was queued for it. */
void publication_send(struct publication *p);

#endif
