#include "agent/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/descriptor.h"
#include "wire/trip.h"

#define FILE_MAX (TRIP_BODY_MAX + 4096)
#define TEMPORARY ".new"

static fault refuse(struct state *state, const char *what, const char *why)
{
	snprintf(state->detail, sizeof(state->detail), "%.240s: %.60s", what, why);
	return FAIL(AGENT_STATE);
}

static fault check_folder(struct state *state, const char *path)
{
	struct stat s;
	if (fstat(state->folder, &s) != 0)
		return refuse(state, path, strerror(errno));
	if (s.st_uid != geteuid())
		return refuse(state, path, "it belongs to another user");
	if (s.st_mode & 077)
		return refuse(state, path, "others may enter it, its mode must be 0700");
	return NULL;
}

fault state_open(struct state *state, const char *path)
{
	*state = (struct state){ .folder = -1 };
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return refuse(state, path, strerror(errno));
	TRY(state_open_reader(state, path));
	if (flock(state->folder, LOCK_EX | LOCK_NB) != 0)
		return refuse(state, path, "another agent is at work in it");
	return NULL;
}

fault state_open_reader(struct state *state, const char *path)
{
	*state = (struct state){ .folder = -1 };
	state->folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (state->folder < 0)
		return refuse(state, path, strerror(errno));
	return check_folder(state, path);
}

void state_close(struct state *state)
{
	if (state->folder >= 0)
		close(state->folder);
	state->folder = -1;
}

static fault read_file(struct state *state, const char *name, int fd, struct bytes *ret, struct arena *arena)
{
	struct stat s;
	if (fstat(fd, &s) != 0)
		return refuse(state, name, strerror(errno));
	if (!S_ISREG(s.st_mode) || s.st_uid != geteuid() || (s.st_mode & 077))
		return refuse(state, name, "it is not a file of this user alone, with mode 0600");
	if (s.st_size > FILE_MAX)
		return refuse(state, name, "it is larger than any file of the agent");
	uint8_t *content = arena_alloc(arena, (size_t)s.st_size + 1);
	NEED(content, SYS_MEMORY);
	struct wr w = wr_of(content, (size_t)s.st_size);
	if (!descriptor_get(fd, &w))
		return refuse(state, name, strerror(errno));
	*ret = wr_done(&w);
	return NULL;
}

fault state_find(struct state *state, const char *name, struct arena *arena, struct bytes *ret)
{
	DESCRIPTOR fd = openat(state->folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && (errno == ENOENT || state->folder < 0)) {
		*ret = (struct bytes){ 0 };
		return NULL;
	}
	if (fd < 0)
		return refuse(state, name, strerror(errno));
	return read_file(state, name, fd, ret, arena);
}

fault state_put(struct state *state, const char *name, struct bytes content)
{
	if (unlinkat(state->folder, TEMPORARY, 0) != 0 && errno != ENOENT)
		return refuse(state, TEMPORARY, strerror(errno));
	int fd = openat(state->folder, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return refuse(state, name, strerror(errno));
	bool written = descriptor_write(fd, content).n == 0 && fsync(fd) == 0;
	int why = errno;
	if (close(fd) != 0 || !written)
		return refuse(state, name, strerror(why));
	if (renameat(state->folder, TEMPORARY, state->folder, name) != 0 || fsync(state->folder) != 0)
		return refuse(state, name, strerror(errno));
	return NULL;
}

fault state_remove(struct state *state, const char *name)
{
	if (unlinkat(state->folder, name, 0) != 0 && errno != ENOENT)
		return refuse(state, name, strerror(errno));
	if (fsync(state->folder) != 0)
		return refuse(state, name, strerror(errno));
	return NULL;
}
