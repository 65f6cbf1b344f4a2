/*
 * eventlog: the firmware's log of what was started (TCG PC Client Platform Firmware Profile 1.05 §10), as the
 * kernel shows it.
 *
 * It is evidence without a signature: PCR values vouch for it, for whoever replays it. A device without one,
 * or whose log is not for this user, sends none.
 */
#ifndef AGENT_EVENTLOG_H
#define AGENT_EVENTLOG_H

#include "base/arena.h"
#include "base/fault.h"

/*
 * The log at path, in the arena; absent when there is none, or it is not read: *ret_why then says why, and is
 * NULL otherwise. A log of more than TRIP_LOG_MAX is not, for a part of it could not be replayed. SYS_MEMORY.
 */
MUST fault eventlog_read(const char *path, struct arena *arena, struct bytes *ret, const char **ret_why);

/* The same for whoever sends it; why there is none is said on standard error. */
MUST fault eventlog_find(const char *path, struct arena *arena, struct bytes *ret);

#endif
