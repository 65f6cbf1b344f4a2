/*
 * lookup: in core: what desk is asked to read, and to whom its answers go.
 */
#ifndef SERVER_LOOKUP_H
#define SERVER_LOOKUP_H

#include "server/core.h"

#define LOOKUP_ASKED 4096

/* Has desk answer the job's asker. SYS_BUSY when it is not there or has too much to do. */
MUST fault lookup_ask(struct core *c, const struct job *j);

/* desk's answer, handed on. */
void lookup_take(struct core *c, struct link *link, const struct frame *f);

/* The link is over: of who asked, of whom was asked. */
void lookup_forget(struct core *c, struct link *link);

/* Gives up what took too long. */
void lookup_tick(struct core *c);

#endif
