#include "agent/eventlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "host/descriptor.h"
#include "wire/trip.h"

static fault leave_out(const char *path, const char *why)
{
	fprintf(stderr, "Event log: %s: %s; sent without it\n", path, why);
	return NULL;
}

fault eventlog_find(const char *path, struct arena *arena, struct bytes *ret)
{
	*ret = (struct bytes){ 0 };
	if (!path[0])
		return NULL;
	DESCRIPTOR fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? NULL : leave_out(path, strerror(errno));
	/* The kernel says no size of such a file. */
	uint8_t *log = arena_alloc(arena, TRIP_LOG_MAX);
	struct wr w = wr_of(log, TRIP_LOG_MAX);
	NEED(log, SYS_MEMORY);
	if (!descriptor_get(fd, &w))
		return leave_out(path, errno == EFBIG ? "it is larger than the protocol carries"
						      : strerror(errno));
	*ret = w.at ? wr_done(&w) : (struct bytes){ 0 };
	return NULL;
}
