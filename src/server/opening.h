/*
 * opening: tickets between T1 and T2: which certificates the CA still owes, and who waits for the reply.
 *
 * The database knows the same (open intents); this is what a running core needs to match signatures to
 * tickets. After a restart of core it is filled from there.
 */
#ifndef SERVER_OPENING_H
#define SERVER_OPENING_H

#include "flow/issuance.h"
#include "proc/link.h"

struct opening {
	struct opening *next;
	struct arena arena;       /* owns all views of issuance */
	struct issuance issuance; /* der[k] is absent until the CA has signed it */
	bool asked[FLOW_ISSUES_MAX];
	bool is_finishing;        /* its T2 is queued */
	struct link *waiter;      /* NULL: nobody waits any more */
	uint64_t waiter_id;
};

struct openings;

struct openings *openings_new(void);
void openings_free(struct openings *o);

/* Adds a ticket, copying what issue and ticket_id view. Ends the process when there is no memory. */
struct opening *openings_put(struct openings *o, const struct issuance *i);

/* The ticket, or NULL. */
struct opening *openings_find(const struct openings *o, struct bytes ticket_id);

/* Forgets the ticket and frees it. */
void openings_delete(struct openings *o, struct opening *gone);

/* Keeps a copy of the k-th certificate. */
void opening_put_der(struct opening *t, size_t k, struct bytes der);

/* True when no certificate is owed any more. */
bool is_opening_signed(const struct opening *t);

/* Calls each for every ticket. */
void openings_list(struct openings *o, void (*each)(void *of, struct opening *t), void *of);

size_t openings_count(const struct openings *o);

#endif
