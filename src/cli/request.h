/*
 * request: what the server recorded of one request of a device, by the id that the device's screen shows.
 */
#ifndef CLI_REQUEST_H
#define CLI_REQUEST_H

#include "cli/session.h"

/* Of the request that the argument names. */
MUST fault request_write(struct session *s);

#endif
