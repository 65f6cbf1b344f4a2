/*
 * notary: core's part of having heads of the audit signed: every hour, when rows were added.
 */
#ifndef SERVER_NOTARY_H
#define SERVER_NOTARY_H

#include "server/core.h"

#define NOTARY_ASKED 4 /* heads that ca owes at a time: one, and those of a link that was lost */

extern const struct job_kind notary_ask; /* what is to be signed? ca is asked for it after the commit */
extern const struct job_kind notary_put; /* stores a signed head */

/* A frame of ca's: the head it was asked for, or why not. */
void notary_take(struct core *c, struct link *link, const struct frame *f);

/* The link is over: what ca owes through it will be asked for again. */
void notary_forget(struct core *c, const struct link *link);

/* Asks when it is time. */
void notary_tick(struct core *c);

#endif
