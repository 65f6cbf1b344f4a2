#include "sign/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_descriptor(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define OWNED __attribute__((cleanup(close_descriptor))) int

static fault read_whole(int fd, struct wr *w)
{
	for (;;) {
		ssize_t n = read(fd, w->p + w->at, w->n - w->at);
		if (n < 0 && errno == EINTR)
			continue;
		NEED(n >= 0, SYS_FILE);
		if (n == 0)
			return NULL;
		w->at += (size_t)n;
		NEED(w->at < w->n, SYS_FILE);
	}
}

fault file_get(const char *path, bool secret, struct wr *w)
{
	OWNED fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat s;
	NEED(fd >= 0 && fstat(fd, &s) == 0 && S_ISREG(s.st_mode), SYS_FILE);
	NEED(!secret || (s.st_mode & (S_IRWXG | S_IRWXO)) == 0, KEY_FILE);
	NEED(!w->bad && w->at < w->n, SYS_FILE);
	return read_whole(fd, w);
}

struct bytes file_write(int fd, struct bytes b)
{
	while (b.n) {
		ssize_t n = write(fd, b.p, b.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return b;
		b = bytes_slice(b, (size_t)n, b.n - (size_t)n);
	}
	return b;
}

fault file_put(int dir, const char *path, struct bytes content, mode_t mode, struct file_owner owner)
{
	OWNED fd = openat(dir, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	NEED(fd >= 0, SYS_FILE);
	NEED(file_write(fd, content).n == 0, SYS_FILE);
	NEED(!owner.set || fchown(fd, owner.uid, owner.gid) == 0, SYS_FILE);
	NEED(fchmod(fd, mode) == 0 && fsync(fd) == 0, SYS_FILE);
	return NULL;
}
