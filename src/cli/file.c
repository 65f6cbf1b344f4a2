#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static bool read_all(int fd, struct wr *w)
{
	uint8_t part[4096];
	for (;;) {
		ssize_t n = read(fd, part, sizeof(part));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		wr_bytes(w, bytes_of(part, (size_t)n));
	}
}

fault file_get(const char *path, enum file_kind kind, struct complaint *complaint, struct wr *w)
{
	__attribute__((cleanup(close_fd))) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat about;
	if (fd < 0 || fstat(fd, &about) != 0)
		return complaint_put(complaint, FAIL(SYS_FILE), "%s: %s", path, strerror(errno));
	if (kind == FILE_SECRET && S_ISREG(about.st_mode) && (about.st_mode & (S_IRWXG | S_IRWXO)))
		return complaint_put(complaint, FAIL(KEY_FILE),
				     "%s: others may use it (mode %04o); chmod 600 it.", path,
				     (unsigned)(about.st_mode & 07777));
	if (!read_all(fd, w))
		return complaint_put(complaint, FAIL(SYS_FILE), "%s: %s", path, strerror(errno));
	if (w->bad)
		return complaint_put(complaint, FAIL(SYS_FILE), "%s: larger than such a file can be", path);
	return NULL;
}
