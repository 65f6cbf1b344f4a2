/*
 * store_command: what devices are asked to do, and what came of it.
 *
 * pending → sent → succeeded, failed, expired or cancelled; or at once from pending to one of these. A device
 * has at most one open command of a kind: pending or sent.
 */
#ifndef STORE_STORE_COMMAND_H
#define STORE_STORE_COMMAND_H

#include "store/record.h"
#include "store/store.h"

/* Stored: never renumbered. The first two are open. */
enum store_command_state {
	STORE_COMMAND_PENDING = 1,
	STORE_COMMAND_SENT,
	STORE_COMMAND_SUCCEEDED,
	STORE_COMMAND_FAILED,
	STORE_COMMAND_EXPIRED,
	STORE_COMMAND_CANCELLED,
	STORE_COMMAND_STATE_LAST = STORE_COMMAND_CANCELLED
};

/*
 * kind is enum trip_order; actor who asked; sent when it was last handed to the device, tries how often.
 * fault and detail are of its last try that failed; batch is the id of the batch that it is of.
 */
#define STORE_COMMAND_FIELDS(F, of) \
	F(of, ID, id, REQ)          \
	F(of, ID, device_id, REQ)   \
	F(of, UINT, kind, REQ)      \
	F(of, UINT, state, REQ)     \
	F(of, TEXT, actor, REQ)     \
	F(of, TIME, created, REQ)   \
	F(of, TIME, expires, REQ)   \
	F(of, TIME, sent, REQ)      \
	F(of, UINT, tries, REQ)     \
	F(of, TIME, finished, REQ)  \
	F(of, TEXT, fault, OPT)     \
	F(of, TEXT, detail, OPT)    \
	F(of, ID, batch, OPT)
RECORD_STRUCT(store_command, STORE_COMMAND_FIELDS)

/* CONFLICT when the device has an open one of the kind, or is not there. */
MUST fault store_command_put(struct store *s, const struct store_command *row);
MUST fault store_command_get(struct store *s, struct bytes id, struct arena *a, struct store_command **ret);

/* Replaces all fields. NOT_FOUND. */
MUST fault store_command_update(struct store *s, const struct store_command *row);

/* In order of id, which is the order of time: all, those of a device, its open ones, or those of a batch. */
MUST fault store_command_list(struct store *s, struct store_page page, struct arena *a,
			      struct store_command_list *ret);
MUST fault store_command_list_by_device(struct store *s, struct bytes device_id, struct store_page page,
					struct arena *a, struct store_command_list *ret);
MUST fault store_command_list_open(struct store *s, struct bytes device_id, struct arena *a,
				   struct store_command_list *ret);
MUST fault store_command_list_by_batch(struct store *s, struct bytes batch, struct store_page page,
				       struct arena *a, struct store_command_list *ret);

/* Open ones whose time is over expire, with that code of a fault. */
MUST fault store_command_expire(struct store *s, struct bytes fault_code, int64_t now);

/* Forgets what a device was asked before the newest so many; open ones stay. */
MUST fault store_command_prune(struct store *s, struct bytes device_id, size_t keep);

/* How many commands of a batch are in that state. */
MUST fault store_command_count(struct store *s, struct bytes batch, enum store_command_state state,
			       uint64_t *ret);

/* Cancels the open commands of a batch. */
MUST fault store_command_void_by_batch(struct store *s, struct bytes batch, int64_t now);

#endif
