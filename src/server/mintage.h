/*
 * mintage: core's part of device tokens: two kinds of jobs, and what ca is asked and answers; and of
 * attestation results, which ca signs as well.
 */
#ifndef SERVER_MINTAGE_H
#define SERVER_MINTAGE_H

#include "server/core.h"

#define MINTAGE_ASKED 4096 /* tokens that ca owes at a time */

extern const struct job_kind mintage_begin;  /* the first trip */
extern const struct job_kind mintage_answer; /* the second, up to the question to ca */

/* Asks ca for the result of the job's answer, which leaves when ca has answered; or says why not. */
void mintage_ask_result(struct core *c, struct job *j);

/* Asks ca to sign a notice; gather is told what came of it, under that id. SYS_BUSY, and then it is not. */
MUST fault mintage_ask_notice(struct core *c, uint64_t id, const struct notice *n);

/* A frame of ca's: the answer to a question, handed on to who waits for it. */
void mintage_take(struct core *c, struct link *link, const struct frame *f);

/* The keys that ca signs tokens with, to be served. */
void mintage_put_keys(struct core *c, struct link *link, const struct frame *f);

/* Tells a verify those keys, when ca has said them; NULL is none. */
void mintage_send_keys(const struct core *c, struct link *verify);

/* The link is over: what ca owes through it gets a refusal, what it waited for goes nowhere. */
void mintage_forget(struct core *c, struct link *link);

/* Refuses what has waited too long. */
void mintage_tick(struct core *c);

#endif
