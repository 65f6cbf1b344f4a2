/*
 * The table is an allow-list with one column per kind of role. Some calls are allowed with certain arguments
 * only: memory that is not executable, signals to oneself, harmless questions to descriptors. The columns of
 * parent and launcher hold what their children need from their execution to their own filter, because filters
 * add up; what parent leaves out, above all making sockets of the internet, none that it starts can have.
 */
#include "proc/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum column { NET = 1, VERIFY = 2, CORE = 4, CA = 8, FETCH = 16, PARENT = 32, LAUNCHER = 64, DESK = 128 };
#define ROLES (NET | VERIFY | CORE | CA | FETCH | DESK)
#define STARTERS (PARENT | LAUNCHER)
#define ALL (ROLES | STARTERS)
#define FILES (CORE | STARTERS)
#define SOCKETS (NET | FETCH | STARTERS)

static const enum column columns[ROLE_COUNT] = {
	[ROLE_LAUNCHER] = LAUNCHER, [ROLE_PARENT] = PARENT, [ROLE_NET_DEVICE] = NET, [ROLE_NET_ADMIN] = NET,
	[ROLE_FETCH] = FETCH,	    [ROLE_VERIFY] = VERIFY, [ROLE_CORE] = CORE,	     [ROLE_CA] = CA,
	[ROLE_DESK] = DESK,
};

static const struct row {
	int number;
	unsigned who;
} calls[] = {
	/* its open descriptors; recvmsg brings links to new peers */
	{ SCMP_SYS(read), ALL },
	{ SCMP_SYS(write), ALL },
	{ SCMP_SYS(readv), ALL },
	{ SCMP_SYS(writev), ALL },
	{ SCMP_SYS(recvmsg), ALL },
	{ SCMP_SYS(close), ALL },
	{ SCMP_SYS(epoll_wait), ALL },
	{ SCMP_SYS(epoll_pwait), ALL },
	{ SCMP_SYS(epoll_ctl), ALL },
	{ SCMP_SYS(poll), ALL },
	{ SCMP_SYS(ppoll), ALL },
	/* memory */
	{ SCMP_SYS(brk), ALL },
	{ SCMP_SYS(munmap), ALL },
	{ SCMP_SYS(mremap), ALL },
	{ SCMP_SYS(madvise), ALL },
	{ SCMP_SYS(futex), ALL },
	/* itself: its end, its numbers, time, randomness; sysinfo is asked by qsort */
	{ SCMP_SYS(exit), ALL },
	{ SCMP_SYS(exit_group), ALL },
	{ SCMP_SYS(restart_syscall), ALL },
	{ SCMP_SYS(rt_sigaction), ALL },
	{ SCMP_SYS(rt_sigprocmask), ALL },
	{ SCMP_SYS(rt_sigreturn), ALL },
	{ SCMP_SYS(getpid), ALL },
	{ SCMP_SYS(getppid), ALL },
	{ SCMP_SYS(gettid), ALL },
	{ SCMP_SYS(getuid), ALL },
	{ SCMP_SYS(geteuid), ALL },
	{ SCMP_SYS(getgid), ALL },
	{ SCMP_SYS(getegid), ALL },
	{ SCMP_SYS(clock_gettime), ALL },
	{ SCMP_SYS(gettimeofday), ALL },
	{ SCMP_SYS(time), ALL },
	{ SCMP_SYS(getrandom), ALL },
	{ SCMP_SYS(sysinfo), ALL },
	{ SCMP_SYS(sched_yield), ALL },
	{ SCMP_SYS(setitimer), VERIFY | PARENT },
	/* connections that parent's listeners accept */
	{ SCMP_SYS(accept4), NET | PARENT },
	{ SCMP_SYS(recvfrom), SOCKETS },
	{ SCMP_SYS(sendto), SOCKETS },
	{ SCMP_SYS(sendmsg), SOCKETS },
	{ SCMP_SYS(shutdown), SOCKETS },
	{ SCMP_SYS(getsockopt), SOCKETS },
	{ SCMP_SYS(setsockopt), SOCKETS },
	{ SCMP_SYS(getsockname), SOCKETS },
	{ SCMP_SYS(getpeername), SOCKETS },
	/* connections that fetch makes */
	{ SCMP_SYS(connect), FETCH | LAUNCHER },
	/* files already open: the database, the log of what was issued */
	{ SCMP_SYS(fstat), CA | DESK | FILES },
	{ SCMP_SYS(lseek), CA | DESK | FILES },
	{ SCMP_SYS(pread64), CA | DESK | FILES },
	{ SCMP_SYS(fsync), CA | FILES },
	{ SCMP_SYS(fdatasync), CA | FILES },
	{ SCMP_SYS(pwrite64), FILES },
	{ SCMP_SYS(ftruncate), FILES },
	{ SCMP_SYS(fallocate), FILES },
	{ SCMP_SYS(flock), FILES },
	{ SCMP_SYS(fchmod), FILES },
	{ SCMP_SYS(fchown), FILES },
	/* paths, which Landlock bounds */
	{ SCMP_SYS(open), FILES },
	{ SCMP_SYS(openat), FILES },
	{ SCMP_SYS(stat), FILES },
	{ SCMP_SYS(lstat), FILES },
	{ SCMP_SYS(statx), FILES },
	{ SCMP_SYS(newfstatat), FILES },
	{ SCMP_SYS(access), FILES },
	{ SCMP_SYS(faccessat), FILES },
	{ SCMP_SYS(faccessat2), FILES },
	{ SCMP_SYS(readlink), FILES },
	{ SCMP_SYS(readlinkat), FILES },
	{ SCMP_SYS(getcwd), FILES },
	{ SCMP_SYS(getdents64), FILES },
	{ SCMP_SYS(unlink), FILES },
	{ SCMP_SYS(unlinkat), FILES },
	{ SCMP_SYS(rename), FILES },
	{ SCMP_SYS(renameat), FILES },
	{ SCMP_SYS(renameat2), FILES },
	{ SCMP_SYS(mkdir), FILES },
	{ SCMP_SYS(mkdirat), FILES },
	{ SCMP_SYS(rmdir), FILES },
	{ SCMP_SYS(statfs), FILES },
	{ SCMP_SYS(fstatfs), FILES },
	{ SCMP_SYS(umask), FILES },
	{ SCMP_SYS(nanosleep), FILES },
	{ SCMP_SYS(clock_nanosleep), FILES },
	/* starting processes; parent's: ending and joining them */
	{ SCMP_SYS(clone), STARTERS },
	{ SCMP_SYS(clone3), STARTERS },
	{ SCMP_SYS(fork), STARTERS },
	{ SCMP_SYS(vfork), STARTERS },
	{ SCMP_SYS(execve), STARTERS },
	{ SCMP_SYS(wait4), PARENT },
	{ SCMP_SYS(waitid), PARENT },
	{ SCMP_SYS(kill), PARENT },
	{ SCMP_SYS(tgkill), STARTERS },
	{ SCMP_SYS(pidfd_open), PARENT },
	{ SCMP_SYS(pidfd_send_signal), PARENT },
	{ SCMP_SYS(socketpair), PARENT },
	{ SCMP_SYS(dup), STARTERS },
	{ SCMP_SYS(dup2), STARTERS },
	{ SCMP_SYS(dup3), STARTERS },
	{ SCMP_SYS(close_range), STARTERS },
	{ SCMP_SYS(fcntl), STARTERS },
	{ SCMP_SYS(ioctl), STARTERS },
	/* the start-up of children: the loader, libraries, their own sandbox */
	{ SCMP_SYS(mmap), STARTERS },
	{ SCMP_SYS(mprotect), STARTERS },
	{ SCMP_SYS(arch_prctl), STARTERS },
	{ SCMP_SYS(set_tid_address), STARTERS },
	{ SCMP_SYS(set_robust_list), STARTERS },
	{ SCMP_SYS(rseq), STARTERS },
	{ SCMP_SYS(prlimit64), STARTERS },
	{ SCMP_SYS(getrlimit), STARTERS },
	{ SCMP_SYS(setrlimit), STARTERS },
	{ SCMP_SYS(sched_getaffinity), STARTERS },
	{ SCMP_SYS(sigaltstack), STARTERS },
	{ SCMP_SYS(uname), STARTERS },
	{ SCMP_SYS(pipe), STARTERS },
	{ SCMP_SYS(pipe2), STARTERS },
	{ SCMP_SYS(eventfd2), STARTERS },
	{ SCMP_SYS(epoll_create), STARTERS },
	{ SCMP_SYS(epoll_create1), STARTERS },
	{ SCMP_SYS(chdir), STARTERS },
	{ SCMP_SYS(mlock), STARTERS },
	{ SCMP_SYS(munlock), STARTERS },
	{ SCMP_SYS(prctl), STARTERS },
	{ SCMP_SYS(seccomp), STARTERS },
	{ SCMP_SYS(landlock_create_ruleset), STARTERS },
	{ SCMP_SYS(landlock_add_rule), STARTERS },
	{ SCMP_SYS(landlock_restrict_self), STARTERS },
	{ SCMP_SYS(capget), STARTERS },
	{ SCMP_SYS(capset), STARTERS },
	{ SCMP_SYS(setgroups), STARTERS },
	{ SCMP_SYS(setresgid), STARTERS },
	{ SCMP_SYS(setresuid), STARTERS },
	{ SCMP_SYS(getresuid), STARTERS },
	{ SCMP_SYS(getresgid), STARTERS },
};

/* Calls whose argument decides: allowed when (argument & mask) == value. */
static const struct bounded_row {
	int number;
	unsigned who;
	unsigned argument;
	uint64_t mask, value;
} bounds[] = {
	/* memory may be written or executed, not both one after the other */
	{ SCMP_SYS(mmap), ROLES, 2, PROT_EXEC, 0 },
	{ SCMP_SYS(mprotect), ROLES, 2, PROT_EXEC, 0 },
	/* fstat of the C library; the path stays unused */
	{ SCMP_SYS(newfstatat), CA | DESK, 3, AT_EMPTY_PATH, AT_EMPTY_PATH },
	/* nothing but TCP and the questions to name servers: no local, packet or netlink socket */
	{ SCMP_SYS(socket), FETCH | LAUNCHER, 0, UINT32_MAX, AF_INET },
	{ SCMP_SYS(socket), FETCH | LAUNCHER, 0, UINT32_MAX, AF_INET6 },
	{ SCMP_SYS(fcntl), NET | CORE | CA | FETCH | DESK, 1, UINT32_MAX, F_GETFL },
	{ SCMP_SYS(fcntl), NET | CORE | CA | FETCH | DESK, 1, UINT32_MAX, F_SETFL },
	{ SCMP_SYS(fcntl), NET | CORE | CA | FETCH | DESK, 1, UINT32_MAX, F_GETFD },
	{ SCMP_SYS(fcntl), NET | CORE | CA | FETCH | DESK, 1, UINT32_MAX, F_SETFD },
	{ SCMP_SYS(fcntl), CORE | DESK, 1, UINT32_MAX, F_GETLK },
	{ SCMP_SYS(fcntl), CORE | DESK, 1, UINT32_MAX, F_SETLK },
	{ SCMP_SYS(fcntl), CORE | DESK, 1, UINT32_MAX, F_SETLKW },
	{ SCMP_SYS(fcntl), CORE, 1, UINT32_MAX, F_DUPFD_CLOEXEC },
	{ SCMP_SYS(ioctl), NET | FETCH, 1, UINT32_MAX, FIONREAD },
	{ SCMP_SYS(ioctl), NET | FETCH, 1, UINT32_MAX, FIONBIO },
	{ SCMP_SYS(ioctl), NET | CORE | CA | FETCH | DESK, 1, UINT32_MAX, TCGETS },
};

static bool allow_calls(scmp_filter_ctx filter, unsigned column)
{
	bool ok = true;
	for (size_t i = 0; i < COUNT_OF(calls); i++)
		if (calls[i].who & column)
			ok = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i].number, 0) == 0 && ok;
	return ok;
}

static bool allow_bounds(scmp_filter_ctx filter, unsigned column)
{
	bool ok = true;
	for (size_t i = 0; i < COUNT_OF(bounds); i++) {
		const struct bounded_row *b = &bounds[i];
		const struct scmp_arg_cmp arg = { b->argument, SCMP_CMP_MASKED_EQ, b->mask, b->value };
		if (b->who & column)
			ok = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, b->number, 1, &arg) == 0 && ok;
	}
	return ok;
}

/* abort() signals its own process, and a role may signal no other. */
static bool allow_abort(scmp_filter_ctx filter, unsigned column)
{
	const struct scmp_arg_cmp own = { 0, SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0 };
	if (column & STARTERS)
		return true;
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &own) == 0;
}

fault filter_enter(enum role role)
{
	unsigned column = role < ROLE_COUNT ? columns[role] : 0;
	NEED(column != 0, BUG);
	uint32_t otherwise = column & STARTERS ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS;
	scmp_filter_ctx filter = seccomp_init(otherwise);
	NEED(filter != NULL, SYS_SANDBOX);
	bool ok = allow_calls(filter, column) && allow_bounds(filter, column) && allow_abort(filter, column);
	/* A search tree instead of a list: the table has a hundred rows and a frame costs microseconds. */
	ok = ok && seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0;
	ok = ok && seccomp_load(filter) == 0;
	seccomp_release(filter);
	NEED(ok, SYS_SANDBOX);
	return NULL;
}
