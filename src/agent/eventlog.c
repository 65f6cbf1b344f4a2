#include "agent/eventlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "wire/trip.h"

/* The kernel says no size of such a file. False, with errno, when it cannot be read. */
static bool read_all(int fd, uint8_t *to, size_t room, size_t *ret_size)
{
	size_t at = 0;
	for (;;) {
		ssize_t n = read(fd, to + at, room - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		at += (size_t)n;
		if (n == 0 || at == room)
			break;
	}
	*ret_size = at;
	return true;
}

static fault leave_out(const char *path, const char *why)
{
	fprintf(stderr, "Event log: %s: %s; sent without it\n", path, why);
	return NULL;
}

fault eventlog_find(const char *path, struct arena *arena, struct bytes *ret)
{
	size_t n = 0;
	*ret = (struct bytes){ 0 };
	if (!path[0])
		return NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? NULL : leave_out(path, strerror(errno));
	uint8_t *log = arena_alloc(arena, TRIP_LOG_MAX + 1);
	bool is_read = log && read_all(fd, log, TRIP_LOG_MAX + 1, &n);
	int why = errno;
	close(fd);
	NEED(log, SYS_MEMORY);
	if (!is_read)
		return leave_out(path, strerror(why));
	if (n > TRIP_LOG_MAX)
		return leave_out(path, "it is larger than the protocol carries");
	*ret = n ? bytes_of(log, n) : (struct bytes){ 0 };
	return NULL;
}
