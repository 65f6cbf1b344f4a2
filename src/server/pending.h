/*
 * pending: requests handed on and not answered yet, by the id their frame carries.
 *
 * A fixed number of slots; an id names a slot and a generation, so an answer that comes too late finds
 * nothing.
 */
#ifndef SERVER_PENDING_H
#define SERVER_PENDING_H

#include "base/fault.h"
#include "proc/link.h"

struct pending_item {
	uint64_t id;       /* 0: the slot is free */
	struct link *to;   /* where it was sent, */
	enum frame_type type; /* as what (pending_send) */
	int64_t since_ms;
	struct link *from; /* who asked, when that was another process; NULL once it has gone */
	uint64_t from_id;  /* its id there */
	uint8_t request_id[16];
	void *of;          /* what the asker keeps */
};

struct pending;

/* A table of that many slots. Ends the process when there is no memory. */
struct pending *pending_new(size_t slots);
void pending_free(struct pending *p);

/* Takes a slot for item, whose id is set. SYS_BUSY when all are taken. */
MUST fault pending_put(struct pending *p, const struct pending_item *item, uint64_t *ret_id);

/*
 * The same, and sends message to item->to under the item's id. The faults of link_send too; the slot is free
 * again then.
 */
MUST fault pending_send(struct pending *p, const struct pending_item *item, enum frame_type type,
			const void *message);

/* Takes the item with that id out into ret. False when there is none, or when it was sent to another link. */
MUST bool pending_take(struct pending *p, uint64_t id, const struct link *to, struct pending_item *ret);

/* Takes out any item sent to that link. False when none is left. */
MUST bool pending_take_link(struct pending *p, const struct link *to, struct pending_item *ret);

/* Takes out any item older than before_ms. False when none is left. */
MUST bool pending_take_old(struct pending *p, int64_t before_ms, struct pending_item *ret);

/* Forgets that `from` asked: its answers will go nowhere. */
void pending_forget(struct pending *p, const struct link *from);

/* Slots in use; those of what was sent to that link. */
size_t pending_count(const struct pending *p);
size_t pending_count_link(const struct pending *p, const struct link *to);

#endif
