#include "agent/eventlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "host/descriptor.h"
#include "wire/trip.h"

fault eventlog_read(const char *path, struct arena *arena, struct bytes *ret, const char **ret_why)
{
	*ret = (struct bytes){ 0 };
	*ret_why = NULL;
	if (!path[0])
		return NULL;
	DESCRIPTOR fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		*ret_why = errno == ENOENT ? NULL : strerror(errno);
		return NULL;
	}
	/* The kernel says no size of such a file. */
	uint8_t *log = arena_alloc(arena, TRIP_LOG_MAX);
	struct wr w = wr_of(log, TRIP_LOG_MAX);
	NEED(log, SYS_MEMORY);
	if (!descriptor_get(fd, &w))
		*ret_why = errno == EFBIG ? "it is larger than the protocol carries" : strerror(errno);
	else if (w.at)
		*ret = wr_done(&w);
	return NULL;
}

fault eventlog_find(const char *path, struct arena *arena, struct bytes *ret)
{
	const char *why;
	TRY(eventlog_read(path, arena, ret, &why));
	if (why)
		fprintf(stderr, "Event log: %s: %s; sent without it\n", path, why);
	return NULL;
}
