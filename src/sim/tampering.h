/*
 * tampering: what a device that lies, or an attacker on its way, may send instead of the truth.
 *
 * One row of tampering.def each, with the fault that the server must answer with. The tests of the whole
 * server go through all rows.
 */
#ifndef SIM_TAMPERING_H
#define SIM_TAMPERING_H

#include "sim/enrolment.h"

/* When a change is made; everything later is made from it. */
enum tampering_stage {
	TAMPERING_OF_BEGIN,      /* the first request is written but not sent */
	TAMPERING_OF_KEYS,       /* the challenge is there, the secret is not opened yet */
	TAMPERING_OF_PAYLOAD,    /* the payload is filled but not written */
	TAMPERING_OF_BINDING,    /* what statements are to be bound to */
	TAMPERING_OF_STATEMENTS, /* they are filled but not signed */
	TAMPERING_OF_ANSWER,     /* the second request is filled but not written */
	TAMPERING_OF_OCTETS,     /* it is written but not sent */
	TAMPERING_AFTERWARDS,    /* the grant is there, and the answer is sent again */
};

struct tampering {
	const char *name;
	enum tampering_stage stage;
	fault (*change)(struct enrolment *e);
	fault expected; /* NULL: it is granted all the same */
	const char *sentence;
};

extern const struct tampering tampering_rows[];
extern const size_t tampering_count;

/* The row of that name, or NULL. */
const struct tampering *tampering_find(const char *name);

/* Makes the change of e's plan if it has one for this stage. */
MUST fault tampering_update(struct enrolment *e, enum tampering_stage stage);

#endif
