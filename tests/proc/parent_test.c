/*
 * parent, child and status with real processes: this program executes itself anew as the roles of actor.c, in
 * their sandboxes, and parent runs in a process of its own.
 */
#include "test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actor.h"
#include "bench.h"
#include "proc/child.h"
#include "proc/clock.h"
#include "proc/parent.h"
#include "proc/port.h"
#include "proc/status.h"

#define KILLS_PER_ROLE 20

static void requests_pass_through_all_roles_and_back(void **state)
{
	(void)state;
	struct server *s = bench_start_ready(ACTOR_PLAIN);
	for (unsigned i = 0; i < 50; i++)
		CHECK(is_bench_signed(s));
	bench_stop(s);
}

static void roles_start_in_the_order_of_the_plan(void **state)
{
	static const char *const lines[] = {
		"event=role-ready role=\"ca 0\"",
		"event=role-ready role=\"core 0\"",
		"event=role-ready role=\"fetch 0\"",
		"event=role-ready role=\"verify",
		"event=role-ready role=\"net-device",
		"event=server-ready processes=8",
	};
	(void)state;
	struct server *s = bench_start_ready(ACTOR_PLAIN);
	bench_await_log(s, lines[COUNT_OF(lines) - 1]);
	const char *at = s->log_text;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		at = strstr(at, lines[i]);
		CHECK(at != NULL);
	}
	bench_stop(s);
}

static void status_tells_user_and_sandbox_of_every_role(void **state)
{
	struct status status;
	(void)state;
	struct server *s = bench_start_ready(ACTOR_PLAIN);
	OK(status_get(s->status, &status));
	CHECK(status.count == 8 && status.rows[0].id.role == ROLE_PARENT && status.rows[0].pid == s->pid);
	for (size_t i = 0; i < status.count; i++) {
		const struct status_row *row = &status.rows[i];
		bool own_user = geteuid() == 0 && row->id.role != ROLE_PARENT;
		CHECK(row->running && row->ready && row->restarts == 0);
		CHECK(row->seccomp == 2 && row->no_new_privs);
		CHECK(row->uid == (own_user ? ACTOR_UID(row->id.role) : geteuid()));
		CHECK((row->address[0] != 0) == (row->id.role == ROLE_NET_DEVICE));
		CHECK(row->started_s > 1700000000);
	}
	bench_stop(s);
}

static void a_process_is_named_after_its_role(void **state)
{
	char path[64], title[64] = "", name[32] = "";
	(void)state;
	struct server *s = bench_start_ready(ACTOR_PLAIN);
	struct status_row row = bench_await_row(s, (struct role_id){ ROLE_VERIFY, 1 }, 0);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", row.pid);
	int fd = open(path, O_RDONLY);
	CHECK(read(fd, title, sizeof(title) - 1) > 0);
	close(fd);
	CHECK(strcmp(title, "bench: verify 1") == 0);
	snprintf(path, sizeof(path), "/proc/%d/comm", row.pid);
	fd = open(path, O_RDONLY);
	CHECK(read(fd, name, sizeof(name) - 1) > 0);
	close(fd);
	CHECK(strcmp(name, "verify 1\n") == 0);
	bench_stop(s);
}

/* How many descriptors a process has open, or -1 when only root may know. */
static int count_descriptors(pid_t pid)
{
	char path[64];
	int count = 0;
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	DIR *folder = opendir(path);
	if (!folder)
		return -1;
	for (const struct dirent *e = readdir(folder); e; e = readdir(folder))
		count += e->d_name[0] != '.';
	closedir(folder);
	return count;
}

/* A connection that ended may still be open for a moment; a leak stays. */
static bool await_descriptors(pid_t pid, int most)
{
	int64_t until = clock_monotonic_ms() + BENCH_PATIENCE_MS;
	while (count_descriptors(pid) > most && clock_monotonic_ms() < until)
		bench_pause();
	return count_descriptors(pid) <= most;
}

static void a_killed_role_comes_back_with_all_its_links_and_no_descriptor_leaks(void **state)
{
	static const struct role_id ids[] = {
		{ ROLE_CA, 0 },	    { ROLE_CORE, 0 },	    { ROLE_FETCH, 0 },	    { ROLE_VERIFY, 0 },
		{ ROLE_VERIFY, 1 }, { ROLE_NET_DEVICE, 0 }, { ROLE_NET_DEVICE, 1 },
	};
	int before[COUNT_OF(ids)], parent_before = 0;
	(void)state;
	struct server *s = bench_start_ready(ACTOR_PLAIN);
	bench_await_service(s);
	parent_before = count_descriptors(s->pid);
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		before[i] = count_descriptors(bench_await_row(s, ids[i], 0).pid);
	for (unsigned round = 1; round <= KILLS_PER_ROLE; round++) {
		for (size_t i = 0; i < COUNT_OF(ids); i++) {
			struct status_row row = bench_await_row(s, ids[i], 0);
			CHECK(kill(row.pid, SIGKILL) == 0);
			CHECK(bench_await_row(s, ids[i], row.pid).restarts == round);
		}
		bench_await_service(s);
	}
	CHECK(await_descriptors(s->pid, parent_before));
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		CHECK(await_descriptors(bench_await_row(s, ids[i], 0).pid, before[i]));
	bench_stop(s);
}

/* The child of parent that is no role: the one that status does not know. */
static pid_t find_launcher(const struct server *s)
{
	char path[64], children[256] = "", name[32];
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", s->pid, s->pid);
	int fd = open(path, O_RDONLY);
	CHECK(fd >= 0 && read(fd, children, sizeof(children) - 1) > 0 && close(fd) == 0);
	for (char *at = children, *end; *at && *at != '\n'; at = end + strspn(end, " ")) {
		long pid = strtol(at, &end, 10);
		snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
		memset(name, 0, sizeof(name));
		fd = open(path, O_RDONLY);
		CHECK(pid > 0 && fd >= 0 && read(fd, name, sizeof(name) - 1) > 0 && close(fd) == 0);
		if (strcmp(name, "launcher\n") == 0)
			return (pid_t)pid;
	}
	return 0;
}

static void a_launcher_that_was_killed_costs_its_roles_and_nothing_else(void **state)
{
	(void)state;
	struct server *s = bench_start_ready(ACTOR_PLAIN);
	pid_t fetch = bench_await_row(s, (struct role_id){ ROLE_FETCH, 0 }, 0).pid;
	pid_t launcher = find_launcher(s);
	CHECK(launcher > 0 && kill(launcher, SIGKILL) == 0);
	CHECK(kill(fetch, SIGKILL) == 0);
	bench_await_log(s, "event=role-not-started role=\"fetch 0\"");
	bench_await_service(s);
	bench_stop(s);
}

static void all_roles_killed_at_once_come_back(void **state)
{
	struct status status;
	(void)state;
	struct server *s = bench_start_ready(ACTOR_PLAIN);
	for (unsigned round = 0; round < KILLS_PER_ROLE; round++) {
		OK(status_get(s->status, &status));
		for (size_t i = 1; i < status.count; i++)
			kill(status.rows[i].pid, SIGKILL);
		for (size_t i = 1; i < status.count; i++)
			bench_await_row(s, status.rows[i].id, status.rows[i].pid);
	}
	bench_await_service(s);
	bench_stop(s);
}

static void no_role_outlives_a_killed_parent(void **state)
{
	struct pollfd processes[STATUS_ROWS_MAX];
	struct status status;
	int code = 0;
	(void)state;
	struct server *s = bench_start_ready(ACTOR_PLAIN);
	OK(status_get(s->status, &status));
	for (size_t i = 1; i < status.count; i++) {
		processes[i] = (struct pollfd){ pidfd_open(status.rows[i].pid, 0), POLLIN, 0 };
		CHECK(processes[i].fd >= 0);
	}
	CHECK(kill(s->pid, SIGKILL) == 0 && waitpid(s->pid, &code, 0) == s->pid);
	for (size_t i = 1; i < status.count; i++) {
		CHECK(poll(&processes[i], 1, BENCH_PATIENCE_MS) == 1);
		close(processes[i].fd);
	}
	bench_free(s);
}

static void a_role_that_refuses_its_start_ends_the_server_with_its_fault(void **state)
{
	(void)state;
	struct server *s = bench_start(ACTOR_REFUSE, NULL);
	CHECK(bench_await_end(s) == FAIL(KEY_FILE));
	CHECK(strstr(s->log_text, "event=role-ended role=\"ca 0\"") != NULL);
	CHECK(strstr(s->log_text, "exit=3 fault=KEY_FILE") != NULL);
	CHECK(strstr(s->log_text, "verify") == NULL);
	bench_free(s);
}

static void a_role_that_keeps_dying_in_its_start_ends_the_server(void **state)
{
	(void)state;
	struct server *s = bench_start(ACTOR_DIE, NULL);
	CHECK(bench_await_end(s) == FAIL(SYS_START));
	CHECK(strstr(s->log_text, "role=\"core 0\"") != NULL);
	bench_free(s);
}

static void an_orderly_stop_answers_what_is_under_way(void **state)
{
	(void)state;
	struct server *s = bench_start_ready(ACTOR_HOLD);
	int clients[8];
	for (size_t i = 0; i < COUNT_OF(clients); i++)
		clients[i] = bench_connect(s);
	bench_await_log(s, "event=held questions=8");
	pid_t ca = bench_await_row(s, (struct role_id){ ROLE_CA, 0 }, 0).pid;
	CHECK(kill(s->pid, SIGTERM) == 0);
	bench_await_log(s, "event=server-stopping");
	CHECK(kill(ca, SIGUSR2) == 0);
	for (size_t i = 0; i < COUNT_OF(clients); i++)
		CHECK(strcmp(bench_read_answer(clients[i]), "signed\n") == 0);
	OK(bench_await_end(s));
	CHECK(strstr(s->log_text, "signal=") == NULL);
	bench_free(s);
}

static void a_role_that_does_not_stop_is_ended(void **state)
{
	const struct parent_plan changes = { .stop_ms = 100 };
	(void)state;
	struct server *s = bench_start(ACTOR_STUCK, &changes);
	bench_await_row(s, (struct role_id){ ROLE_PARENT, 0 }, 0);
	CHECK(kill(s->pid, SIGTERM) == 0);
	OK(bench_await_end(s));
	CHECK(strstr(s->log_text, "role=\"net-device 0\"") != NULL);
	CHECK(strstr(s->log_text, "signal=9") != NULL);
	bench_free(s);
}

static void a_role_that_ends_cleanly_is_started_again_and_loses_no_answer(void **state)
{
	(void)state;
	struct server *s = bench_start_ready(ACTOR_RECYCLE);
	struct status_row row = { 0 };
	unsigned asked = 0, answered = 0;
	while (row.restarts < 4) {
		bench_await_row(s, (struct role_id){ ROLE_VERIFY, 0 }, 0);
		answered += is_bench_signed(s) ? 1 : 0;
		asked++;
		bench_find_row(s, (struct role_id){ ROLE_VERIFY, 0 }, &row);
	}
	/*
	 * Lost is only what reaches verify between its last answer and its end, at most one for each restart.
	 */
	CHECK(asked >= 4 * ACTOR_RECYCLE_AFTER && answered + row.restarts >= asked);
	CHECK(strstr(bench_log(s), "signal=") == NULL);
	bench_stop(s);
}

static void a_role_that_breaks_the_rules_is_ended_by_parent(void **state)
{
	(void)state;
	struct server *s = bench_start_ready(ACTOR_BABBLE);
	bench_await_log(s, "event=role-broke-rules role=\"verify 0\"");
	bench_await_log(s, "event=role-ended role=\"verify 0\"");
	CHECK(strstr(s->log_text, "event=role-ended role=\"core") == NULL);
	CHECK(strstr(s->log_text, "event=role-ended role=\"ca") == NULL);
	bench_stop(s);
}

static void a_role_is_not_ended_by_one_that_has_no_link_to_it(void **state)
{
	(void)state;
	struct server *s = bench_start_ready(ACTOR_SLANDER);
	for (unsigned i = 0; i < 20; i++)
		CHECK(is_bench_signed(s));
	CHECK(strstr(bench_log(s), "role-broke-rules") == NULL);
	bench_stop(s);
}

static void a_role_that_floods_parent_does_not_keep_it_from_its_work(void **state)
{
	const struct parent_plan changes = { .stop_ms = 100 };
	struct status_row ca;
	(void)state;
	struct server *s = bench_start(ACTOR_FLOOD, &changes);
	bench_await_row(s, (struct role_id){ ROLE_PARENT, 0 }, 0);
	int clients[ACTOR_VERIFIES] = { bench_connect(s), bench_connect(s) };
	for (unsigned i = 0; i < 20; i++) {
		CHECK(bench_find_row(s, (struct role_id){ ROLE_CA, 0 }, &ca) && kill(ca.pid, SIGKILL) == 0);
		bench_await_row(s, (struct role_id){ ROLE_CA, 0 }, ca.pid);
	}
	close(clients[0]);
	close(clients[1]);
	bench_stop(s);
}

static void an_address_that_cannot_be_listened_on_ends_the_start_before_any_role(void **state)
{
	char address[PORT_TEXT_SIZE];
	int taken = -1;
	(void)state;
	OK(port_open("127.0.0.1:0", false, &taken));
	port_text(taken, address);
	const struct parent_role used = { .role = ROLE_NET_DEVICE, .instances = 1, .listen = address };
	const struct parent_role odd = { .role = ROLE_NET_DEVICE, .instances = 1, .listen = "localhost" };
	const struct parent_role many = { .role = ROLE_NET_DEVICE, .instances = PARENT_CHILDREN_MAX + 1 };
	const struct parent_role few = { .role = ROLE_NET_DEVICE, .instances = 0 };
	const struct {
		const struct parent_role *role;
		fault expected;
	} rows[] = { { &used, FAIL(SYS_PORT) }, { &odd, FAIL(CONFIG_INVALID) },
		     { &many, FAIL(CONFIG_INVALID) }, { &few, FAIL(CONFIG_INVALID) } };
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct parent_plan changes = { .roles = rows[i].role, .role_count = 1 };
		struct server *s = bench_start(ACTOR_PLAIN, &changes);
		CHECK(bench_await_end(s) == rows[i].expected);
		CHECK(strstr(s->log_text, "role-ended") == NULL);
		bench_free(s);
	}
	close(taken);
}

static void a_status_file_that_is_missing_or_not_ours_is_refused(void **state)
{
	static const char *const contents[] = {
		"", "\n", "{}\n", "[]\n", "{\"role\":\"parent\"}\n",
		"{\"role\":\"core\",\"instance\":0,\"pid\":1,\"started\":1,\"restarts\":0,\"ready\":1}\n",
		"{\"role\":\"boss\",\"instance\":0,\"pid\":1,\"started\":1,\"restarts\":0,\"ready\":1}\n",
	};
	char path[] = "/tmp/assay-status-XXXXXX";
	struct status status;
	(void)state;
	REFUSES(SYS_FILE, status_get("/nonexistent/status", &status));
	int fd = mkstemp(path);
	CHECK(fd >= 0);
	for (size_t i = 0; i < COUNT_OF(contents); i++) {
		size_t n = strlen(contents[i]);
		CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, contents[i], n, 0) == (ssize_t)n);
		REFUSES(SYS_FILE, status_get(path, &status));
	}
	close(fd);
	unlink(path);
}

static void a_process_that_is_not_parents_is_not_shown_as_running(void **state)
{
	char path[] = "/tmp/assay-status-XXXXXX";
	const struct status written = { 2, { { .id = { ROLE_PARENT, 0 }, .pid = getpid(), .started_s = 1 },
					     { .id = { ROLE_CA, 0 }, .pid = getppid(), .started_s = 2,
					       .restarts = 3, .address = "[::1]:1" } } };
	struct status got;
	(void)state;
	int fd = mkstemp(path);
	CHECK(fd >= 0);
	close(fd);
	OK(status_write(path, &written));
	OK(status_get(path, &got));
	CHECK(got.count == 2 && got.rows[0].running && !got.rows[1].running);
	CHECK(got.rows[1].restarts == 3 && got.rows[1].started_s == 2);
	CHECK(strcmp(got.rows[1].address, "[::1]:1") == 0 && got.rows[1].pid == getppid());
	unlink(path);
	REFUSES(SYS_FILE, status_write("/nonexistent/status", &written));
}

static void a_child_without_parents_socket_does_not_open(void **state)
{
	const struct child_plan plan = { 0 };
	(void)state;
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		struct child *child = NULL;
		struct loop *loop = loop_new();
		close(CHILD_CONTROL);
		fault f = child_open(loop, (struct role_id){ ROLE_CA, 0 }, &plan, &child);
		_exit(f == FAIL(SYS_FRAME) ? 0 : 1);
	}
	int code = 0;
	CHECK(waitpid(pid, &code, 0) == pid && WIFEXITED(code) && WEXITSTATUS(code) == 0);
}

int main(int argc, char **argv)
{
	struct role_id id;
	const struct CMUnitTest tests[] = {
		TEST(requests_pass_through_all_roles_and_back),
		TEST(roles_start_in_the_order_of_the_plan),
		TEST(status_tells_user_and_sandbox_of_every_role),
		TEST(a_process_is_named_after_its_role),
		TEST(a_killed_role_comes_back_with_all_its_links_and_no_descriptor_leaks),
		TEST(a_launcher_that_was_killed_costs_its_roles_and_nothing_else),
		TEST(all_roles_killed_at_once_come_back),
		TEST(no_role_outlives_a_killed_parent),
		TEST(a_role_that_refuses_its_start_ends_the_server_with_its_fault),
		TEST(a_role_that_keeps_dying_in_its_start_ends_the_server),
		TEST(an_orderly_stop_answers_what_is_under_way),
		TEST(a_role_that_does_not_stop_is_ended),
		TEST(a_role_that_ends_cleanly_is_started_again_and_loses_no_answer),
		TEST(a_role_that_breaks_the_rules_is_ended_by_parent),
		TEST(a_role_is_not_ended_by_one_that_has_no_link_to_it),
		TEST(a_role_that_floods_parent_does_not_keep_it_from_its_work),
		TEST(an_address_that_cannot_be_listened_on_ends_the_start_before_any_role),
		TEST(a_status_file_that_is_missing_or_not_ours_is_refused),
		TEST(a_process_that_is_not_parents_is_not_shown_as_running),
		TEST(a_child_without_parents_socket_does_not_open),
	};
	if (child_parse(argv[0], &id))
		return argc == 3 ? actor_run(id, argv) : 1;
	return RUN(tests);
}
