#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/descriptor.h"

fault file_get(const char *path, enum file_kind kind, struct complaint *complaint, struct wr *w)
{
	DESCRIPTOR fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat about;
	if (fd < 0 || fstat(fd, &about) != 0)
		return complaint_put(complaint, FAIL(SYS_FILE), "%s: %s", path, strerror(errno));
	if (kind == FILE_SECRET && S_ISREG(about.st_mode) && (about.st_mode & (S_IRWXG | S_IRWXO)))
		return complaint_put(complaint, FAIL(KEY_FILE),
				     "%s: others may use it (mode %04o); chmod 600 it.", path,
				     (unsigned)(about.st_mode & 07777));
	if (descriptor_get(fd, w))
		return NULL;
	if (errno == EFBIG)
		return complaint_put(complaint, FAIL(SYS_FILE), "%s: larger than such a file can be", path);
	return complaint_put(complaint, FAIL(SYS_FILE), "%s: %s", path, strerror(errno));
}

fault file_put(const char *path, struct bytes content, struct complaint *complaint)
{
	DESCRIPTOR fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return complaint_put(complaint, FAIL(SYS_FILE), "%s: %s", path, strerror(errno));
	bool is_written = descriptor_write(fd, content).n == 0;
	/* What is no disk's file cannot be synced. */
	if (is_written && (fsync(fd) == 0 || errno == EINVAL))
		return NULL;
	complaint_put(complaint, FAIL(SYS_FILE), "%s: %s", path, strerror(errno));
	unlink(path);
	return FAIL(SYS_FILE);
}
