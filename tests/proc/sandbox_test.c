/*
 * Each role attempts everything in the table of attempts, every attempt in a process of its own; what its row
 * of architecture section 4 does not grant must be refused by the kernel, what it needs must work.
 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/child.h"
#include "proc/clock.h"
#include "proc/landlock.h"
#include "proc/log.h"
#include "proc/loop.h"
#include "proc/sandbox.h"

#define TEST_UID 60010
#define TEST_GID 60010
#define PATH_SIZE 256

/*
 * Made once before all tests: a data folder, what lies beside it, and a socket and a file opened beforehand.
 */
static const struct place {
	char folder[PATH_SIZE], inside[PATH_SIZE], outside[PATH_SIZE];
	int listener, log;
} *place;

/* An attempt says whether the system did it; errno says why not. */
static bool open_outside(void)
{
	return open(place->outside, O_RDONLY) >= 0;
}

static bool open_password_file(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool make_file_outside(void)
{
	char path[PATH_SIZE + 8];
	snprintf(path, sizeof(path), "%s.new", place->outside);
	return open(path, O_WRONLY | O_CREAT, 0600) >= 0;
}

static bool remove_outside(void)
{
	return unlink(place->outside) == 0;
}

static bool move_outside_in(void)
{
	return rename(place->outside, place->inside) == 0;
}

static bool open_inside(void)
{
	int fd = open(place->inside, O_RDWR | O_CREAT | O_TRUNC, 0600);
	return fd >= 0 && write(fd, "data", 4) == 4 && fsync(fd) == 0 && close(fd) == 0;
}

static bool make_internet_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool make_internet6_socket(void)
{
	return socket(AF_INET6, SOCK_DGRAM, 0) >= 0;
}

static bool make_packet_socket(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0) >= 0;
}

static bool make_local_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool make_socket_pair(void)
{
	int ends[2];
	return socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0;
}

static bool connect_somewhere(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(9) };
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	errno = 0;
	/* Any answer of the network itself would mean that the call was let through. */
	bool connected = connect(place->listener, (struct sockaddr *)&a, sizeof(a)) == 0;
	return connected || errno == EISCONN || errno == EINVAL;
}

static bool accept_connection(void)
{
	return accept4(place->listener, NULL, NULL, 0) >= 0 || errno == EAGAIN;
}

static bool execute_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return false;
}

static bool fork_process(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool trace_parent(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool read_memory_of_parent(void)
{
	char c;
	struct iovec here = { &c, 1 }, there = { &c, 1 };
	return process_vm_readv(getppid(), &here, 1, &there, 1, 0) == 1;
}

static bool signal_parent(void)
{
	return kill(getppid(), 0) == 0;
}

static bool signal_parent_thread(void)
{
	return syscall(SYS_tgkill, getppid(), getppid(), 0) == 0;
}

static bool become_root(void)
{
	return setresuid(0, 0, 0) == 0 && geteuid() == 0 && open("/root/..", O_RDONLY) >= 0;
}

static bool map_executable_memory(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool make_memory_executable(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p != MAP_FAILED && mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool change_root(void)
{
	return chroot("/") == 0;
}

static bool leave_namespace(void)
{
	return syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */) == 0;
}

static bool set_up_io_uring(void)
{
	char parameters[120] = { 0 };
	return syscall(SYS_io_uring_setup, 1, parameters) >= 0;
}

static bool load_bpf(void)
{
	return syscall(SYS_bpf, 0, NULL, 0) >= 0 || errno == EFAULT || errno == EINVAL;
}

static bool give_up_sandbox(void)
{
	return syscall(SYS_prctl, 38 /* PR_SET_NO_NEW_PRIVS */, 0, 0, 0, 0) == 0;
}

static bool append_to_log(void)
{
	return write(place->log, "line\n", 5) == 5 && fdatasync(place->log) == 0;
}

static bool read_log(void)
{
	char c;
	return pread(place->log, &c, 1, 0) >= 0 || errno == EBADF;
}

static bool write_into_log(void)
{
	return pwrite(place->log, "line", 4, 0) == 4;
}

static bool compute(void)
{
	uint64_t sum = 0;
	uint64_t *p = malloc(1 << 22);
	for (size_t i = 0; p && i < (1 << 22) / sizeof(*p); i++)
		sum += p[i] = i;
	free(p);
	return sum > 0 && clock_now_s() > 0;
}

static bool use_much_memory(void)
{
	char *p = malloc((size_t)600 << 20);
	if (p)
		memset(p, 1, (size_t)600 << 20);
	return p != NULL;
}

static void stop_loop(void *self)
{
	loop_stop(self);
}

static struct loop *prepared_loop;

static bool run_the_loop(void)
{
	struct loop_event *timer = loop_timer_new(prepared_loop, stop_loop, prepared_loop);
	loop_timer_start(timer, 1);
	bool ok = !loop_run(prepared_loop);
	loop_event_free(timer);
	LOG(DEBUG, "ran", log_int("ok", ok));
	return ok;
}

#define NET (1U << ROLE_NET_DEVICE | 1U << ROLE_NET_ADMIN)
#define VERIFY (1U << ROLE_VERIFY)
#define CORE (1U << ROLE_CORE)
#define CA (1U << ROLE_CA)
#define FETCH (1U << ROLE_FETCH)
#define DESK (1U << ROLE_DESK)
#define LAUNCHER (1U << ROLE_LAUNCHER)
#define PARENT (1U << ROLE_PARENT)
#define STARTERS (PARENT | LAUNCHER)
#define ALL (NET | VERIFY | CORE | CA | FETCH | DESK | STARTERS)

/*
 * granted: must work. open: fenced by users and modes only, so nothing is claimed. denied: refused with an
 * error, by Landlock or a limit. Everything else is refused by the filter, which ends the role (and denies
 * parent and launcher).
 */
static const struct attempt {
	const char *name;
	bool (*act)(void);
	unsigned granted, open, denied;
} attempts[] = {
	{ "open a file outside", open_outside, 0, STARTERS, CORE },
	{ "open /etc/passwd", open_password_file, 0, STARTERS, CORE },
	{ "make a file outside", make_file_outside, 0, STARTERS, CORE },
	{ "remove a file outside", remove_outside, 0, STARTERS, CORE },
	{ "move a file from outside", move_outside_in, 0, STARTERS, CORE },
	{ "write a file inside the data folder", open_inside, CORE, STARTERS, 0 },
	{ "make an internet socket", make_internet_socket, FETCH | LAUNCHER, 0, 0 },
	{ "make an IPv6 socket", make_internet6_socket, FETCH | LAUNCHER, 0, 0 },
	{ "make a packet socket", make_packet_socket, 0, 0, 0 },
	{ "make a local socket", make_local_socket, 0, 0, 0 },
	{ "make a pair of sockets", make_socket_pair, PARENT, 0, 0 },
	{ "connect", connect_somewhere, FETCH | LAUNCHER, 0, 0 },
	{ "accept a connection", accept_connection, NET, PARENT, 0 },
	{ "execute a program", execute_program, 0, STARTERS, 0 },
	{ "fork", fork_process, STARTERS, 0, 0 },
	{ "trace its parent", trace_parent, 0, 0, 0 },
	{ "read its parent's memory", read_memory_of_parent, 0, 0, 0 },
	{ "signal its parent", signal_parent, 0, PARENT, 0 },
	{ "signal a thread of its parent", signal_parent_thread, 0, STARTERS, 0 },
	{ "become root", become_root, 0, STARTERS, 0 },
	{ "map executable memory", map_executable_memory, 0, STARTERS, 0 },
	{ "make memory executable", make_memory_executable, 0, STARTERS, 0 },
	{ "change its root", change_root, 0, 0, 0 },
	{ "leave its namespaces", leave_namespace, 0, 0, 0 },
	{ "set up io_uring", set_up_io_uring, 0, 0, 0 },
	{ "load bpf", load_bpf, 0, 0, 0 },
	{ "give up the sandbox", give_up_sandbox, 0, STARTERS, 0 },
	{ "read a file opened before", read_log, CORE | CA | DESK | STARTERS, 0, 0 },
	{ "write into a file opened before", write_into_log, CORE, STARTERS, 0 },
	{ "append to a log opened before", append_to_log, CORE | CA, STARTERS, 0 },
	{ "compute", compute, ALL, 0, 0 },
	{ "use 600 MiB", use_much_memory, NET | CORE | CA | STARTERS, 0, VERIFY | FETCH | DESK },
	{ "run the loop", run_the_loop, ALL, 0, 0 },
};

enum outcome { DONE = 0, DENIED, ENDED, ODD, NO_SANDBOX };

static int run_attempt(enum role role, const struct attempt *attempt)
{
	struct sandbox_plan plan = { .uid = TEST_UID, .gid = TEST_GID };
	if (role == ROLE_CORE)
		plan.folder = place->folder;
	prepared_loop = loop_new();
	if (sandbox_enter(role, &plan))
		return NO_SANDBOX;
	errno = 0;
	if (attempt->act())
		return DONE;
	return errno == EPERM || errno == EACCES || errno == ENOMEM ? DENIED : ODD;
}

static enum outcome outcome_of(enum role role, const struct attempt *attempt)
{
	int status = 0;
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		int nowhere = open("/dev/null", O_WRONLY);
		dup2(nowhere, STDERR_FILENO);
		_exit(run_attempt(role, attempt));
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? ENDED : ODD;
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) <= NO_SANDBOX);
	return (enum outcome)WEXITSTATUS(status);
}

/* Without Landlock only users and modes keep core from other paths. */
static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
}

static enum outcome expected_of(enum role role, const struct attempt *a)
{
	if (a->granted & 1U << role)
		return DONE;
	return role <= ROLE_PARENT || (a->denied & 1U << role) ? DENIED : ENDED;
}

static void attempt_all(enum role role)
{
	static const char *const words[] = { "was done", "was denied", "ended the role", "ended oddly",
					     "had no sandbox" };
	unsigned wrong = 0;
	for (size_t i = 0; i < COUNT_OF(attempts); i++) {
		const struct attempt *a = &attempts[i];
		bool fenceless = role == ROLE_CORE && (a->denied & CORE) && !has_landlock();
		if ((a->open & 1U << role) || fenceless)
			continue;
		enum outcome got = outcome_of(role, a);
		if (got == expected_of(role, a))
			continue;
		print_message("# %s: \"%s\" %s\n", role_name(role), a->name, words[got]);
		wrong++;
	}
	CHECK(wrong == 0);
}

#define ATTEMPTS(name, role)              \
	static void name(void **state)    \
	{                                 \
		(void)state;              \
		attempt_all(role);        \
	}

ATTEMPTS(net_for_devices_can_do_nothing_but_serve_connections, ROLE_NET_DEVICE)
ATTEMPTS(net_for_admins_can_do_nothing_but_serve_connections, ROLE_NET_ADMIN)
ATTEMPTS(fetch_makes_connections_and_reaches_no_file, ROLE_FETCH)
ATTEMPTS(desk_reads_what_was_opened_before_and_does_nothing_else, ROLE_DESK)
ATTEMPTS(launcher_makes_processes_and_joins_or_ends_none, ROLE_LAUNCHER)
ATTEMPTS(verify_can_do_nothing_but_compute, ROLE_VERIFY)
ATTEMPTS(core_reaches_its_data_folder_and_nothing_else, ROLE_CORE)
ATTEMPTS(ca_can_do_nothing_but_compute_and_append_to_its_log, ROLE_CA)
ATTEMPTS(parent_makes_processes_but_no_internet_sockets, ROLE_PARENT)

static bool reads_alone(void)
{
	return open(place->inside, O_RDONLY) >= 0 && open(place->inside, O_RDWR) < 0 && errno == EACCES &&
	       open(place->outside, O_RDONLY) < 0 && errno == EACCES;
}

static void who_leaves_writing_can_open_files_of_its_folder_to_read_them(void **state)
{
	int status = 0;
	(void)state;
	if (!has_landlock())
		skip();
	int made = open(place->inside, O_RDWR | O_CREAT, 0600);
	CHECK(made >= 0 && close(made) == 0);
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		_exit(sandbox_leave_writing(place->folder) || !reads_alone());
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(unlink(place->inside) == 0);
}

/* Runs a check inside a sandbox and tells whether it held. */
static bool holds_inside(enum role role, bool (*check)(void))
{
	const struct attempt attempt = { "check", check, 0, 0, 0 };
	return outcome_of(role, &attempt) == DONE;
}

static bool started_as_root;

static bool is_nobody_special(void)
{
	return !started_as_root || (getuid() == TEST_UID && geteuid() == TEST_UID && getgid() == TEST_GID &&
				    getegid() == TEST_GID);
}

static void a_role_started_as_root_has_its_own_user(void **state)
{
	(void)state;
	started_as_root = geteuid() == 0;
	if (!started_as_root)
		skip();
	CHECK(holds_inside(ROLE_VERIFY, is_nobody_special));
	CHECK(holds_inside(ROLE_CORE, is_nobody_special));
}

static bool aborts(void)
{
	abort();
}

static void a_role_that_aborts_ends_by_abort_and_leaves_no_core_file(void **state)
{
	(void)state;
	for (enum role role = ROLE_NET_DEVICE; role < ROLE_COUNT; role++) {
		int status = 0;
		pid_t pid = fork();
		CHECK(pid >= 0);
		if (pid == 0) {
			const struct attempt attempt = { "abort", aborts, 0, 0, 0 };
			close(STDERR_FILENO);
			_exit(run_attempt(role, &attempt));
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && !WCOREDUMP(status));
	}
}

static bool spins(void)
{
	volatile uint64_t n = 0;
	child_bound(20);
	while (n < UINT64_MAX)
		n++;
	return true;
}

static void a_request_that_takes_too_much_processor_time_ends_verify(void **state)
{
	int status = 0;
	pid_t pid = fork();
	(void)state;
	CHECK(pid >= 0);
	if (pid == 0) {
		const struct attempt attempt = { "spin", spins, 0, 0, 0 };
		_exit(run_attempt(ROLE_VERIFY, &attempt));
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF);
}

static bool lifts_its_bound(void)
{
	child_bound(1000);
	child_bound(0);
	return compute();
}

static void a_bound_that_was_lifted_in_time_does_no_harm(void **state)
{
	(void)state;
	CHECK(holds_inside(ROLE_VERIFY, lifts_its_bound));
}

static void a_role_that_is_none_has_no_sandbox(void **state)
{
	const struct sandbox_plan plan = { 0 };
	(void)state;
	REFUSES(BUG, sandbox_enter(ROLE_NONE, &plan));
	REFUSES(BUG, sandbox_enter(ROLE_COUNT, &plan));
}

static bool enters_a_folder_that_is_not_there(void)
{
	const struct landlock_plan nowhere = { .folder = "/nonexistent/folder" };
	unsigned abi = 7;
	return landlock_enter(&nowhere, &abi) == FAIL(SYS_SANDBOX) || abi == 0;
}

static void a_data_folder_that_is_not_there_stops_the_start(void **state)
{
	(void)state;
	CHECK(enters_a_folder_that_is_not_there());
}

static int place_open(void **state)
{
	static struct place p;
	char base[] = "/tmp/assay-sandbox-XXXXXX";
	(void)state;
	if (!mkdtemp(base))
		return -1;
	snprintf(p.folder, sizeof(p.folder), "%s/data", base);
	snprintf(p.inside, sizeof(p.inside), "%s/data/inside", base);
	snprintf(p.outside, sizeof(p.outside), "%s/outside", base);
	if (mkdir(p.folder, 0700) != 0 || chmod(base, 0777) != 0)
		return -1;
	if (geteuid() == 0 && chown(p.folder, TEST_UID, TEST_GID) != 0)
		return -1;
	char log[PATH_SIZE + 8];
	snprintf(log, sizeof(log), "%s.log", p.outside);
	p.log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	int outside = open(p.outside, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	p.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	place = &p;
	close(outside);
	return p.log >= 0 && outside >= 0 && listen(p.listener, 1) == 0 ? 0 : -1;
}

static int place_close(void **state)
{
	char path[PATH_SIZE + 8];
	(void)state;
	unlink(place->inside);
	unlink(place->outside);
	snprintf(path, sizeof(path), "%s.log", place->outside);
	unlink(path);
	rmdir(place->folder);
	snprintf(path, sizeof(path), "%s", place->folder);
	*strrchr(path, '/') = 0;
	return rmdir(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(net_for_devices_can_do_nothing_but_serve_connections),
		TEST(net_for_admins_can_do_nothing_but_serve_connections),
		TEST(fetch_makes_connections_and_reaches_no_file),
		TEST(desk_reads_what_was_opened_before_and_does_nothing_else),
		TEST(who_leaves_writing_can_open_files_of_its_folder_to_read_them),
		TEST(launcher_makes_processes_and_joins_or_ends_none),
		TEST(verify_can_do_nothing_but_compute),
		TEST(core_reaches_its_data_folder_and_nothing_else),
		TEST(ca_can_do_nothing_but_compute_and_append_to_its_log),
		TEST(parent_makes_processes_but_no_internet_sockets),
		TEST(a_role_started_as_root_has_its_own_user),
		TEST(a_role_that_aborts_ends_by_abort_and_leaves_no_core_file),
		TEST(a_request_that_takes_too_much_processor_time_ends_verify),
		TEST(a_bound_that_was_lifted_in_time_does_no_harm),
		TEST(a_role_that_is_none_has_no_sandbox),
		TEST(a_data_folder_that_is_not_there_stops_the_start),
	};
	return cmocka_run_group_tests(tests, place_open, place_close);
}
