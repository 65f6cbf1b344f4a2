#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

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
