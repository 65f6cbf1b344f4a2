/*
 * order: what the server has this device do, one order at a time.
 *
 * The rows are order.def. What came of an order is in the ledger (agent/ledger.h) when order_run returns, and
 * only then said.
 */
#ifndef AGENT_ORDER_H
#define AGENT_ORDER_H

#include "agent/cause.h"
#include "agent/settings.h"

/* An order once its message is gone, and what came of it. */
struct order_done {
	uint8_t id[TRIP_ID_SIZE];
	uint64_t kind;
	struct cause cause; /* no code: it is done */
};

/* Carries out done->kind for done->id and fills the cause; the state folder must not be held. */
void order_run(const struct settings *settings, struct order_done *done);

/* "diagnostics"; "unknown" for what this agent does not know. */
const char *order_word(uint64_t kind);

#endif
