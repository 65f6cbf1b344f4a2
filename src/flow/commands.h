/*
 * commands: what devices are told to do, from who asked to what came of it.
 *
 * A device hears of its open commands when it checks in, as orders, and again at each check-in until the
 * effect is known. Effects of what the server sees for itself, a trip or a bundle, are noted where it is
 * seen; there the device's word counts for failures only. A failure that may pass (fault.h: retry) leaves the
 * command open, COMMANDS_TRIES_MAX times.
 */
#ifndef FLOW_COMMANDS_H
#define FLOW_COMMANDS_H

#include "flow/inventory.h"
#include "store/store_command.h"

#define COMMANDS_TRIES_MAX 10
#define COMMANDS_KEPT 20 /* of each device */

/* A row of commands.def. */
struct commands_kind {
	enum trip_order kind;
	const char *word, *action, *evidence;
	enum trip_purpose purpose;
	bool is_proved;
	int64_t days;
};

/* NULL when there is none. */
const struct commands_kind *commands_kind_find(uint64_t kind);
const struct commands_kind *commands_kind_of_action(struct bytes action);

const char *commands_state_word(uint64_t state);

/* --- those who ask -------------------------------------------------------------------------------------- */

struct commands_ask {
	const struct commands_kind *kind;
	struct bytes device_id;
	struct bytes batch; /* absent: of none */
};

/*
 * Has the device told so. One that is open already is what was asked for: *ret_made is then false. To retire
 * it is to do inventory_retire_device at once, with its faults; the device is told to forget what it has of
 * us. NOT_FOUND; DEVICE_RETIRED.
 */
MUST fault commands_put(struct flow *f, const struct inventory_actor *by, const struct commands_ask *ask,
			struct arena *a, bool *ret_made);

/* Whether commands_put gave this for that device's sake, so that others that are named with it are told. */
bool is_commands_of_device(fault why);

/*
 * Has the device told to prove itself when its last proof is older than the limits have it, and to renew its
 * certificates when it showed one whose time has come (policy/renewal.h). Times differ between devices, lest
 * those that enrolled together come together.
 */
struct store_certificate;
MUST fault commands_put_due(struct flow *f, const struct store_device *d,
			    const struct store_certificate *shown, struct arena *a);

/* The device is to get certificates for the keys that it has. */
MUST fault commands_put_renewal(struct flow *f, struct bytes device_id, struct arena *a);

MUST fault commands_get(struct flow *f, struct bytes id, struct arena *a, struct store_command **ret);

/* In order of time; device_id absent: of all. */
MUST fault commands_list(struct flow *f, struct bytes device_id, struct store_page page, struct arena *a,
			 struct store_command_list *ret);

/* The one of that kind that the device was told last; NULL: none that is kept. */
MUST fault commands_find_last(struct flow *f, struct bytes device_id, enum trip_order kind, struct arena *a,
			      struct store_command **ret);

/* CONFLICT when it is over. What the device was told already it may do nevertheless. */
MUST fault commands_cancel(struct flow *f, const struct inventory_actor *by, struct bytes id,
			   struct arena *a);

/* --- devices -------------------------------------------------------------------------------------------- */

/*
 * A device checks in: effects (`effect` messages) are heard, and ret_orders are the `order` messages that it
 * is to carry out. One that is retired is told of that alone.
 */
MUST fault commands_exchange(struct flow *f, const struct store_device *d, const struct bytes_list *effects,
			     struct arena *a, struct bytes_list *ret_orders);

/* COMMAND_OVER unless the device has such a command to carry out. */
MUST fault commands_check_open(struct flow *f, struct bytes device_id, enum trip_order kind, struct arena *a);

/* The server saw for itself that the device did it, whether it was told to or not. */
MUST fault commands_finish(struct flow *f, struct bytes device_id, enum trip_order kind, struct arena *a);

/* The same of what a trip for that purpose leads to; most purposes lead to none. */
MUST fault commands_finish_trip(struct flow *f, struct bytes device_id, uint64_t purpose, struct arena *a);

/* A trip of the device's was refused: the commands that lead to it have failed, or were tried once more. */
struct commands_refusal {
	struct bytes device_id;
	uint64_t purpose;
	fault why;
};
MUST fault commands_refuse(struct flow *f, const struct commands_refusal *r, struct arena *a);

/* Commands whose time is over. */
MUST fault commands_expire(struct flow *f);

#endif
