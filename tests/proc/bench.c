#include "bench.h"

#include "test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actor.h"
#include "proc/clock.h"

static const struct parent_role roles[] = {
	{ .role = ROLE_CA, .instances = 1 },
	{ .role = ROLE_CORE, .instances = 1 },
	{ .role = ROLE_FETCH, .instances = 1, .egress = true },
	{ .role = ROLE_VERIFY, .instances = ACTOR_VERIFIES },
	{ .role = ROLE_NET_DEVICE, .instances = 2, .listen = "127.0.0.1:0" },
};

static const struct parent_link links[] = {
	{ { ROLE_NET_DEVICE, 0 }, { ROLE_VERIFY, 0 } }, { { ROLE_NET_DEVICE, 0 }, { ROLE_VERIFY, 1 } },
	{ { ROLE_NET_DEVICE, 1 }, { ROLE_VERIFY, 0 } }, { { ROLE_NET_DEVICE, 1 }, { ROLE_VERIFY, 1 } },
	{ { ROLE_VERIFY, 0 }, { ROLE_CORE, 0 } },       { { ROLE_VERIFY, 1 }, { ROLE_CORE, 0 } },
	{ { ROLE_CORE, 0 }, { ROLE_CA, 0 } },           { { ROLE_CORE, 0 }, { ROLE_FETCH, 0 } },
};

static struct parent_plan plan_of(const char *const *arguments, const char *status)
{
	return (struct parent_plan){ .program = "bench",
				     .arguments = arguments,
				     .roles = roles,
				     .role_count = COUNT_OF(roles),
				     .links = links,
				     .link_count = COUNT_OF(links),
				     .status_path = status,
				     .delay_ms = 1,
				     .delay_max_ms = 20 };
}

/* The process of parent. There are more faults than exit codes. */
static void run_parent(struct server *s, const char *mode, const struct parent_plan *changes)
{
	const char *const arguments[] = { s->folder, mode, NULL };
	struct parent_plan plan = plan_of(arguments, s->status);
	if (changes && changes->stop_ms)
		plan.stop_ms = changes->stop_ms;
	if (changes && changes->roles) {
		plan.roles = changes->roles;
		plan.role_count = changes->role_count;
		plan.link_count = 0;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	*s->ended = fault_number(parent_run(&plan));
	_exit(0);
}

struct server *bench_start(const char *mode, const struct parent_plan *changes)
{
	struct server *s = calloc(1, sizeof(*s));
	int log[2];
	CHECK(s != NULL);
	s->ended = mmap(NULL, sizeof(*s->ended), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(s->ended != MAP_FAILED);
	snprintf(s->folder, sizeof(s->folder), "/tmp/assay-parent-XXXXXX");
	CHECK(mkdtemp(s->folder) != NULL && pipe2(log, O_CLOEXEC | O_NONBLOCK) == 0);
	snprintf(s->status, sizeof(s->status), "%s/status", s->folder);
	s->pid = fork();
	CHECK(s->pid >= 0);
	if (s->pid == 0) {
		dup2(log[1], STDERR_FILENO);
		run_parent(s, mode, changes);
	}
	close(log[1]);
	s->log = log[0];
	return s;
}

/* Takes what parent and roles have logged; the pipe must not fill up. */
const char *bench_log(struct server *s)
{
	ssize_t n = 1;
	while (n > 0 && s->log_size < BENCH_LOG_SIZE - 1) {
		n = read(s->log, s->log_text + s->log_size, BENCH_LOG_SIZE - 1 - s->log_size);
		s->log_size += n > 0 ? (size_t)n : 0;
	}
	return s->log_text;
}

void bench_pause(void)
{
	poll(NULL, 0, 2);
}

void bench_await_log(struct server *s, const char *text)
{
	int64_t until = clock_monotonic_ms() + BENCH_PATIENCE_MS;
	while (!strstr(bench_log(s), text) && clock_monotonic_ms() < until)
		bench_pause();
	if (!strstr(s->log_text, text))
		fail_msg("the log does not say %s but %s", text, s->log_text);
}

/* The fault with which parent ended, or NULL. */
fault bench_await_end(struct server *s)
{
	int status = 0;
	CHECK(waitpid(s->pid, &status, 0) == s->pid);
	bench_log(s);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return fault_by_number(*s->ended);
}

void bench_free(struct server *s)
{
	unlink(s->status);
	CHECK(rmdir(s->folder) == 0);
	close(s->log);
	munmap(s->ended, sizeof(*s->ended));
	free(s);
}

void bench_stop(struct server *s)
{
	CHECK(kill(s->pid, SIGTERM) == 0);
	OK(bench_await_end(s));
	CHECK(access(s->status, F_OK) != 0);
	bench_free(s);
}

bool bench_find_row(const struct server *s, struct role_id id, struct status_row *ret)
{
	struct status status;
	if (status_get(s->status, &status))
		return false;
	for (size_t i = 0; i < status.count; i++) {
		if (!is_role_same(status.rows[i].id, id))
			continue;
		*ret = status.rows[i];
		return true;
	}
	return false;
}

struct status_row bench_await_row(struct server *s, struct role_id id, pid_t other_than)
{
	int64_t until = clock_monotonic_ms() + BENCH_PATIENCE_MS;
	struct status_row row = { 0 };
	while (clock_monotonic_ms() < until) {
		bench_log(s);
		if (bench_find_row(s, id, &row) && row.ready && row.running && row.pid != other_than)
			return row;
		bench_pause();
	}
	fail_msg("%s is not ready: %s", role_name(id.role), s->log_text);
	return row;
}

struct server *bench_start_ready(const char *mode)
{
	struct server *s = bench_start(mode, NULL);
	bench_await_row(s, (struct role_id){ ROLE_PARENT, 0 }, 0);
	return s;
}

int bench_connect(struct server *s)
{
	struct status_row row = bench_await_row(s, (struct role_id){ ROLE_NET_DEVICE, 0 }, 0);
	struct sockaddr_in a = { .sin_family = AF_INET };
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)strtoul(strrchr(row.address, ':') + 1, NULL, 10));
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	return fd;
}

/* The line a client gets; a connection that net dropped as it was killed reads as empty. */
const char *bench_read_answer(int fd)
{
	static char line[16];
	struct pollfd p = { fd, POLLIN, 0 };
	CHECK(poll(&p, 1, BENCH_PATIENCE_MS) == 1);
	ssize_t n = read(fd, line, sizeof(line) - 1);
	line[n > 0 ? n : 0] = 0;
	close(fd);
	return line;
}

bool is_bench_signed(struct server *s)
{
	return strcmp(bench_read_answer(bench_connect(s)), "signed\n") == 0;
}

/* After this, every pair of links on the way has answered. */
void bench_await_service(struct server *s)
{
	int64_t until = clock_monotonic_ms() + BENCH_PATIENCE_MS;
	unsigned in_a_row = 0;
	while (in_a_row < 4 * ACTOR_VERIFIES && clock_monotonic_ms() < until) {
		in_a_row = is_bench_signed(s) ? in_a_row + 1 : 0;
		bench_log(s);
	}
	CHECK(in_a_row == 4 * ACTOR_VERIFIES);
}
