/*
 * order: what devices are told to do: by id, by filter, or all of them; and what came of it.
 */
#ifndef CLI_ORDER_H
#define CLI_ORDER_H

#include "cli/resource.h"

extern const struct resource order_resource;

/* Has the devices of the arguments told what the command's verb says, or those of --filter or --all. */
MUST fault order_put(struct session *s);

/* The same of diagnostics; with --out those that a device has sent are saved. */
MUST fault order_put_or_save(struct session *s);

/* All of them, or those of the device that --device names. */
MUST fault order_list(struct session *s);

/* Takes back what devices have not done yet. */
MUST fault order_cancel(struct session *s);

#endif
