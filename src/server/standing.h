/*
 * standing: core's part of saying which certificates are still good: lists of revoked ones.
 */
#ifndef SERVER_STANDING_H
#define SERVER_STANDING_H

#include "server/core.h"

#define STANDING_ASKED 4 /* lists that ca owes at a time: one, and those of a link that was lost */

extern const struct job_kind standing_ask; /* what list is due? ca is asked for it after the commit */
extern const struct job_kind standing_put; /* puts a signed list in force */

/* A frame of ca's: the list it was asked for, or why not. */
void standing_take(struct core *c, struct link *link, const struct frame *f);

/* The link is over: what ca owes through it will be asked for again. */
void standing_forget(struct core *c, const struct link *link);

/* Sees whether a list is due. */
void standing_tick(struct core *c);

#endif
