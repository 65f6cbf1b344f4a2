/*
 * batches: the same command for many devices: those of which a filter holds, all of them, or some by name.
 *
 * Devices are looked at in the order of their ids, as many in a minute as the batch's rate says, so that
 * neither server nor network hears of all at once. A batch outlives a restart; what it has made stays.
 */
#ifndef FLOW_BATCHES_H
#define FLOW_BATCHES_H

#include "flow/commands.h"
#include "store/store_batch.h"

#define BATCHES_RATE 3000 /* commands in a minute, unless said */
#define BATCHES_OPEN_MAX 20

/*
 * What is asked; rule of no octets or absent: of all devices. Those that are named, by ids one behind the
 * other, are told at once; one that is gone or retired, or is told so already, is looked at and no more.
 */
struct batches_ask {
	const struct commands_kind *kind;
	struct bytes rule;
	uint64_t rate; /* commands in a minute; 0: BATCHES_RATE */
	struct bytes devices; /* absent: none is named */
};

/* Begins one; BATCH_LIMIT when BATCHES_OPEN_MAX are open. */
MUST fault batches_put(struct flow *f, const struct inventory_actor *by, const struct batches_ask *ask,
		       struct arena *a, struct store_batch **ret);

/* The next commands of every batch that is open. */
MUST fault batches_run(struct flow *f, struct arena *a);

MUST fault batches_list(struct flow *f, struct store_page page, struct arena *a,
			struct store_batch_list *ret);
MUST fault batches_get(struct flow *f, struct bytes id, struct arena *a, struct store_batch **ret);

/* How many of its commands are in each state (enum store_command_state). */
struct batches_count {
	uint64_t of[STORE_COMMAND_STATE_LAST + 1];
};
MUST fault batches_count(struct flow *f, struct bytes id, struct batches_count *ret);

/* Its commands, in order of time. NOT_FOUND when there is no such batch. */
MUST fault batches_list_commands(struct flow *f, struct bytes id, struct store_page page, struct arena *a,
				 struct store_command_list *ret);

/* Makes no more, and cancels those that are open. CONFLICT when it is over and none is. */
MUST fault batches_cancel(struct flow *f, const struct inventory_actor *by, struct bytes id, struct arena *a);

#endif
