/*
 * answers: what ca signed of certificates lately, so that it need not sign the same again.
 *
 * A fixed number of places, one for each serial number, which the next one that falls there takes. An answer
 * is found only as long as the records say what it says.
 */
#ifndef SERVER_ANSWERS_H
#define SERVER_ANSWERS_H

#include "wire/frame.h"

struct answers;

/* Ends the process when there is no memory. */
struct answers *answers_new(void);
void answers_free(struct answers *a);

/* The answer to the same at the time now, DER that lives until the next put; absent when there is none. */
struct bytes answers_find(const struct answers *a, const struct standing *s, int64_t now);

/* Keeps an answer for the first half of its life; one that does not fit is not kept. */
void answers_put(struct answers *a, const struct standing *s, struct bytes der);

#endif
