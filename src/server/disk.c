#include "server/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/descriptor.h"
#include "sign/pem.h"

#define DISK_PEM_MAX 8192

fault disk_get(const char *path, size_t max, struct arena *a, struct bytes *ret)
{
	DESCRIPTOR fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	NEED(fd >= 0, SYS_FILE);
	uint8_t *p = arena_alloc(a, max);
	NEED(p != NULL, SYS_MEMORY);
	struct wr w = wr_of(p, max);
	NEED(descriptor_get(fd, &w), SYS_FILE);
	*ret = wr_done(&w);
	return NULL;
}

/* A name is durable when the folder that has it is. */
static bool is_folder_synced(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[512];
	int n = snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path + 1) : 1,
			 slash ? path : ".");
	if (n < 0 || (size_t)n >= sizeof(folder))
		return false;
	DESCRIPTOR fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && fsync(fd) == 0;
}

fault disk_put(const char *path, struct bytes content, struct disk_owner owner)
{
	char temporary[512];
	int n = snprintf(temporary, sizeof(temporary), "%s.new", path);
	NEED(n > 0 && (size_t)n < sizeof(temporary), SYS_FILE);
	unlink(temporary);
	DESCRIPTOR fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner.mode);
	NEED(fd >= 0, SYS_FILE);
	bool done = descriptor_write(fd, content).n == 0 && fchmod(fd, owner.mode) == 0 &&
		    (!owner.uid || fchown(fd, owner.uid, (gid_t)owner.uid) == 0) && fsync(fd) == 0 &&
		    rename(temporary, path) == 0;
	if (!done)
		unlink(temporary);
	return done && is_folder_synced(path) ? NULL : FAIL(SYS_FILE);
}

fault disk_put_folder(const char *path, struct disk_owner owner)
{
	NEED(mkdir(path, owner.mode) == 0 || errno == EEXIST, SYS_FILE);
	NEED(!owner.uid || chown(path, owner.uid, (gid_t)owner.uid) == 0, SYS_FILE);
	NEED(is_folder_synced(path), SYS_FILE);
	return NULL;
}

fault disk_get_pem(const char *path, struct arena *a, struct bytes *ret)
{
	uint8_t *p = arena_alloc(a, DISK_PEM_MAX);
	NEED(p != NULL, SYS_MEMORY);
	struct wr w = wr_of(p, DISK_PEM_MAX);
	TRY(pem_get_certificate(path, &w));
	*ret = wr_done(&w);
	return NULL;
}
