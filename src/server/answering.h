/*
 * answering: core's part of saying of one certificate whether it is still good.
 *
 * What the records say is looked up each time, so an answer is right the moment they change; who signs it is
 * ca, at most so many times a second, and what it signed is said again for a while (server/answers.h).
 * Whoever sends a nonce gets it back as long as ca keeps up, and what was signed before otherwise, which RFC
 * 6960 §4.4.1 leaves to us.
 */
#ifndef SERVER_ANSWERING_H
#define SERVER_ANSWERING_H

#include "server/core.h"

#define ANSWERING_ASKED 4096 /* answers that ca owes at a time */

extern const struct job_kind answering_ask; /* a question, up to the answer or the question to ca */

/* A frame of ca's: the answer, handed on to who waits for it. */
void answering_take(struct core *c, struct link *link, const struct frame *f);

/* The link is over: what ca owes through it is put off, what it waited for goes nowhere. */
void answering_forget(struct core *c, struct link *link);

/* Puts off what has waited too long. */
void answering_tick(struct core *c);

#endif
