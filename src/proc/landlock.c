#include "proc/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What newer kernels than the headers of Debian 12 know. */
#define ACCESS_TRUNCATE (1ULL << 14)
#define ACCESS_IOCTL_DEVICE (1ULL << 15)
#define ACCESS_TCP_CONNECT (1ULL << 1)
#define ACCESS_TCP (1ULL << 0 | ACCESS_TCP_CONNECT)
#define SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS (3ULL)

/* struct landlock_ruleset_attr with all members there are; older kernels accept it while the rest is zero. */
struct ruleset {
	uint64_t files, network, scopes;
};

#define ACCESS_ABI1 ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define ACCESS_ABI2 (ACCESS_ABI1 | LANDLOCK_ACCESS_FS_REFER)
#define ACCESS_ABI3 (ACCESS_ABI2 | ACCESS_TRUNCATE)
#define ACCESS_ABI5 (ACCESS_ABI3 | ACCESS_IOCTL_DEVICE)

/* Everything each version can deny. */
static const struct ruleset versions[] = {
	{ 0, 0, 0 },
	{ ACCESS_ABI1, 0, 0 },
	{ ACCESS_ABI2, 0, 0 },
	{ ACCESS_ABI3, 0, 0 },
	{ ACCESS_ABI3, ACCESS_TCP, 0 },
	{ ACCESS_ABI5, ACCESS_TCP, 0 },
	{ ACCESS_ABI5, ACCESS_TCP, SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS },
};

/* What a database and its files need inside the folder. */
#define ACCESS_FOLDER                                                                               \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_DIR | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REFER | ACCESS_TRUNCATE)

#define ACCESS_READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

static unsigned find_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	long newest = (long)COUNT_OF(versions) - 1;
	return abi < 0 ? 0 : (unsigned)(abi < newest ? abi : newest);
}

static fault allow_folder(int ruleset, const char *folder, uint64_t access)
{
	struct landlock_path_beneath_attr below = { .allowed_access = access };
	below.parent_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	NEED(below.parent_fd >= 0, SYS_SANDBOX);
	long added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
	close(below.parent_fd);
	NEED(added == 0, SYS_SANDBOX);
	return NULL;
}

static fault restrict_self(int ruleset, const char *folder, uint64_t access)
{
	if (folder)
		TRY(allow_folder(ruleset, folder, access));
	NEED(syscall(SYS_landlock_restrict_self, ruleset, 0) == 0, SYS_SANDBOX);
	return NULL;
}

fault landlock_enter(const struct landlock_plan *plan, unsigned *ret_abi)
{
	unsigned abi = find_abi();
	struct ruleset denied = versions[abi];
	uint64_t access = plan->is_read_only ? ACCESS_READING : ACCESS_FOLDER;
	if (plan->connects)
		denied.network &= ~ACCESS_TCP_CONNECT;
	*ret_abi = abi;
	if (abi == 0)
		return NULL;
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &denied, sizeof(denied), 0);
	NEED(ruleset >= 0, SYS_SANDBOX);
	fault f = restrict_self(ruleset, plan->folder, access & denied.files);
	close(ruleset);
	return f;
}
