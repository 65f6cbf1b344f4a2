/*
 * serve_command: the endpoints of what devices are told to do, one by one. Internal to api/.
 */
#ifndef API_SERVE_COMMAND_H
#define API_SERVE_COMMAND_H

#include "api/serving.h"
#include "flow/commands.h"

/* How far a recovery is (report/recovery.def); null of any other command. */
json_t *serve_command_recovery(const struct store_command *c);

/* One device: the command whose action the endpoint's path ends in. */
fault serve_command_put(struct serve *s);

/* The same, to retire; also a claim, which is a device that is to stay out. */
fault serve_command_retire(struct serve *s);

/* Up to BODY_DEVICES_MAX devices: Graph's executeAction, answered with a bulkManagedDeviceActionResult. */
fault serve_command_put_many(struct serve *s);

fault serve_command_list(struct serve *s);
fault serve_command_list_of_batch(struct serve *s);
fault serve_command_list_of_device(struct serve *s);
fault serve_command_get(struct serve *s);
fault serve_command_cancel(struct serve *s);

/* The diagnostics that a device sent last, a CAB. */
fault serve_command_get_bundle(struct serve *s);

#endif
