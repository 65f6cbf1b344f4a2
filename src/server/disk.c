#include "server/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sign/pem.h"

#define DISK_PEM_MAX 8192

static void close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define AUTO_FD __attribute__((cleanup(close_fd))) int

fault disk_get(const char *path, size_t max, struct arena *a, struct bytes *ret)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	NEED(fd >= 0, SYS_FILE);
	uint8_t *p = arena_alloc(a, max + 1);
	NEED(p != NULL, SYS_MEMORY);
	size_t n = 0;
	ssize_t got = 1;
	while (n <= max && got > 0) {
		got = read(fd, p + n, max + 1 - n);
		n += got > 0 ? (size_t)got : 0;
	}
	NEED(got >= 0, SYS_FILE);
	if (n > max) {
		errno = EFBIG;
		return FAIL(SYS_FILE);
	}
	*ret = bytes_of(p, n);
	return NULL;
}

static bool write_all(int fd, struct bytes content)
{
	for (size_t at = 0; at < content.n;) {
		ssize_t done = write(fd, content.p + at, content.n - at);
		if (done <= 0)
			return false;
		at += (size_t)done;
	}
	return true;
}

fault disk_put(const char *path, struct bytes content, struct disk_owner owner)
{
	char temporary[512];
	int n = snprintf(temporary, sizeof(temporary), "%s.new", path);
	NEED(n > 0 && (size_t)n < sizeof(temporary), SYS_FILE);
	unlink(temporary);
	AUTO_FD fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner.mode);
	NEED(fd >= 0, SYS_FILE);
	bool done = write_all(fd, content) && fchmod(fd, owner.mode) == 0 &&
		    (!owner.uid || fchown(fd, owner.uid, (gid_t)owner.uid) == 0) && fsync(fd) == 0 &&
		    rename(temporary, path) == 0;
	if (!done)
		unlink(temporary);
	return done ? NULL : FAIL(SYS_FILE);
}

fault disk_put_folder(const char *path, struct disk_owner owner)
{
	NEED(mkdir(path, owner.mode) == 0 || errno == EEXIST, SYS_FILE);
	NEED(!owner.uid || chown(path, owner.uid, (gid_t)owner.uid) == 0, SYS_FILE);
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
