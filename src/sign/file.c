#include "sign/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/descriptor.h"

fault file_get(const char *path, bool secret, struct wr *w)
{
	DESCRIPTOR fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat s;
	NEED(fd >= 0 && fstat(fd, &s) == 0 && S_ISREG(s.st_mode), SYS_FILE);
	NEED(!secret || (s.st_mode & (S_IRWXG | S_IRWXO)) == 0, KEY_FILE);
	NEED(descriptor_get(fd, w), SYS_FILE);
	return NULL;
}

fault file_put(int dir, const char *path, struct bytes content, mode_t mode, struct file_owner owner)
{
	static const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	DESCRIPTOR fd = openat(dir, path, flags, S_IRUSR | S_IWUSR);
	NEED(fd >= 0, SYS_FILE);
	NEED(descriptor_write(fd, content).n == 0, SYS_FILE);
	NEED(!owner.set || fchown(fd, owner.uid, owner.gid) == 0, SYS_FILE);
	NEED(fchmod(fd, mode) == 0 && fsync(fd) == 0, SYS_FILE);
	return NULL;
}

fault file_sync_folder(int dir, const char *path, mode_t mode, struct file_owner owner)
{
	DESCRIPTOR fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	NEED(fd >= 0, SYS_FILE);
	NEED(!owner.set || fchown(fd, owner.uid, owner.gid) == 0, SYS_FILE);
	NEED(fchmod(fd, mode) == 0 && fsync(fd) == 0, SYS_FILE);
	return NULL;
}
