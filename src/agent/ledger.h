/*
 * ledger: what came of the server's orders, from when they are carried out until the server has heard it.
 *
 * It is one file of the state, replaced as a whole: what is in it was done, and is said at each check-in
 * until one succeeds.
 */
#ifndef AGENT_LEDGER_H
#define AGENT_LEDGER_H

#include "agent/cause.h"
#include "agent/state.h"
#include "wire/trip.h"

/*
 * effects are `effect` messages. leaving is the SHA-256 of the file of the certificate that is given up once
 * they are heard; absent: none is.
 */
#define LEDGER_FIELDS(F, of)                                             \
	F(of, 1, LIST, effects, OPT, TRIP_EFFECT_MAX, TRIP_ORDERS_MAX)   \
	F(of, 2, FIXED, leaving, OPT, TRIP_HASH_SIZE, 0)
MESSAGE_STRUCT(ledger, LEDGER_FIELDS)

/* Empty when there is no file, or one that cannot be read: what it said is then asked again. AGENT_STATE. */
MUST fault ledger_find(struct state *state, struct arena *arena, struct ledger *ret);

/* Adds what came of an order; cause without code: it is done. AGENT_STATE. */
MUST fault ledger_put(struct state *state, const struct order *order, const struct cause *cause,
		      struct arena *arena);

/* Whether the certificate that the ledger gives up is still the device's: it may have enrolled since. */
MUST fault ledger_find_leaving(struct state *state, const struct ledger *ledger, struct arena *arena,
				bool *ret);

/* The server has heard all of it. AGENT_STATE. */
MUST fault ledger_delete(struct state *state);

#endif
