#include "proc/sandbox.h"

#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc/filter.h"
#include "proc/landlock.h"
#include "proc/log.h"

#define MIB (UINT64_C(1) << 20)
#define NO_LIMIT UINT64_MAX

/* What children need that start as other users and read keys and files of their own before they drop. */
#define STARTS (1U << CAP_SETUID | 1U << CAP_SETGID | 1U << CAP_DAC_OVERRIDE)

/*
 * Per role: open descriptors, address space, whether paths are closed too, and the capabilities kept: none
 * but those of whoever starts others.
 */
static const struct confines {
	uint64_t descriptors;
	uint64_t memory;
	bool paths;
	uint32_t capabilities;
} confines[ROLE_COUNT] = {
	[ROLE_LAUNCHER] = { NO_LIMIT, NO_LIMIT, false, STARTS },
	[ROLE_PARENT] = { NO_LIMIT, NO_LIMIT, false, STARTS | 1U << CAP_KILL },
	[ROLE_NET_DEVICE] = { 16384, NO_LIMIT, true, 0 },
	[ROLE_NET_ADMIN] = { 16384, NO_LIMIT, true, 0 },
	[ROLE_FETCH] = { 256, 512 * MIB, true, 0 },
	[ROLE_VERIFY] = { 256, 512 * MIB, true, 0 },
	[ROLE_CORE] = { 1024, NO_LIMIT, true, 0 },
	[ROLE_CA] = { 256, NO_LIMIT, true, 0 },
	[ROLE_DESK] = { 256, 512 * MIB, true, 0 }, /* half of it for the records, which it maps */
};

static bool limit(int resource, uint64_t most)
{
	struct rlimit r;
	if (most == NO_LIMIT)
		return true;
	if (getrlimit((enum __rlimit_resource)resource, &r) != 0)
		return false;
	rlim_t value = r.rlim_max < most ? r.rlim_max : (rlim_t)most;
	return setrlimit((enum __rlimit_resource)resource, &(struct rlimit){ value, value }) == 0;
}

static fault limit_resources(enum role role, const struct sandbox_plan *plan)
{
	const struct confines *c = &confines[role];
	NEED(limit(RLIMIT_CORE, 0), SYS_SANDBOX);
	NEED(limit(RLIMIT_NOFILE, c->descriptors), SYS_SANDBOX);
	NEED(limit(RLIMIT_AS, plan->memory_max ? plan->memory_max : c->memory), SYS_SANDBOX);
	/* A second fence behind the filter; the kernel does not apply it to root. */
	NEED(role <= ROLE_PARENT || limit(RLIMIT_NPROC, 0), SYS_SANDBOX);
	return NULL;
}

/*
 * The death signal is forgotten by the kernel when the user changes, so it is armed again, and checked again.
 */
fault sandbox_leave_root(const struct sandbox_plan *plan)
{
	pid_t parent = getppid();
	if (geteuid() != 0 || plan->uid == 0)
		return NULL;
	NEED(setgroups(0, NULL) == 0, SYS_SANDBOX);
	NEED(setresgid(plan->gid, plan->gid, plan->gid) == 0, SYS_SANDBOX);
	NEED(setresuid(plan->uid, plan->uid, plan->uid) == 0, SYS_SANDBOX);
	NEED(setresuid(0, 0, 0) != 0 && setresgid(0, 0, 0) != 0, SYS_SANDBOX);
	NEED(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent, SYS_SANDBOX);
	return NULL;
}

static fault keep_capabilities(uint32_t wanted)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
	NEED(syscall(SYS_capget, &head, data) == 0, SYS_SANDBOX);
	uint32_t kept = data[0].permitted & wanted;
	data[0] = (struct __user_cap_data_struct){ .effective = kept, .permitted = kept };
	data[1] = (struct __user_cap_data_struct){ 0 };
	NEED(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0, SYS_SANDBOX);
	NEED(syscall(SYS_capset, &head, data) == 0, SYS_SANDBOX);
	return NULL;
}

fault sandbox_leave_writing(const char *folder)
{
	unsigned abi;
	const struct landlock_plan reach = { .folder = folder, .is_read_only = true };
	NEED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, SYS_SANDBOX);
	return landlock_enter(&reach, &abi);
}

fault sandbox_enter(enum role role, const struct sandbox_plan *plan)
{
	NEED(role > ROLE_NONE && role < ROLE_COUNT, BUG);
	unsigned abi = 0;
	const struct landlock_plan reach = { .folder = role == ROLE_CORE ? plan->folder : NULL,
					     .connects = role == ROLE_FETCH };
	TRY(sandbox_leave_root(plan));
	TRY(keep_capabilities(confines[role].capabilities));
	TRY(limit_resources(role, plan));
	NEED(prctl(PR_SET_DUMPABLE, 0) == 0, SYS_SANDBOX);
	NEED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, SYS_SANDBOX);
	if (confines[role].paths)
		TRY(landlock_enter(&reach, &abi));
	TRY(filter_enter(role));
	LOG(INFO, "sandbox", log_text("role", role_name(role)), log_int("landlock", abi),
	    log_int("uid", geteuid()));
	return NULL;
}
