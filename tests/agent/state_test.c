#include "agent/state.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static char above[64], folder[96];
static struct arena arena;

static int start(void **state)
{
	(void)state;
	snprintf(above, sizeof(above), "/tmp/assay-state-XXXXXX");
	CHECK(mkdtemp(above) != NULL);
	snprintf(folder, sizeof(folder), "%s/agent", above);
	arena_init(&arena, 1 << 20);
	return 0;
}

static char *path_of(const char *name)
{
	static char path[160];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int stop(void **state)
{
	static const char *const left[] = { STATE_DEVICE_ID, STATE_AK_UNIQUE, STATE_PENDING, ".new" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(left); i++)
		unlink(path_of(left[i]));
	rmdir(folder);
	arena_done(&arena);
	return rmdir(above);
}

static struct state opened(void)
{
	struct state s;
	fault f = state_open(&s, folder);
	if (f)
		fail_msg("state_open gave %s, %s", f->name, s.detail);
	return s;
}

static mode_t mode_of(const char *path)
{
	struct stat s;
	CHECK(stat(path, &s) == 0);
	return s.st_mode & 07777;
}

static void the_folder_is_made_for_this_user_alone(void **state)
{
	(void)state;
	struct state s = opened();
	CHECK(mode_of(folder) == 0700);
	state_close(&s);
}

static void what_is_put_is_found_and_private(void **state)
{
	(void)state;
	struct bytes back;
	struct state s = opened();
	OK(state_put(&s, STATE_DEVICE_ID, BYTES_TEXT("first")));
	OK(state_put(&s, STATE_DEVICE_ID, BYTES_TEXT("second\0with NUL")));
	OK(state_find(&s, STATE_DEVICE_ID, &arena, &back));
	CHECK(is_bytes_equal(back, BYTES_TEXT("second\0with NUL")));
	CHECK(mode_of(path_of(STATE_DEVICE_ID)) == 0600);
	CHECK(access(path_of(".new"), F_OK) != 0);
	state_close(&s);
}

static void a_file_that_is_not_there_is_absent(void **state)
{
	(void)state;
	struct bytes back;
	struct state s = opened();
	OK(state_find(&s, STATE_PENDING, &arena, &back));
	CHECK(back.p == NULL);
	OK(state_remove(&s, STATE_PENDING));
	state_close(&s);
}

static void an_empty_file_is_present(void **state)
{
	(void)state;
	struct bytes back;
	struct state s = opened();
	OK(state_put(&s, STATE_PENDING, (struct bytes){ 0 }));
	OK(state_find(&s, STATE_PENDING, &arena, &back));
	CHECK(back.p != NULL && back.n == 0);
	OK(state_remove(&s, STATE_PENDING));
	OK(state_find(&s, STATE_PENDING, &arena, &back));
	CHECK(back.p == NULL);
	state_close(&s);
}

static void what_a_crash_left_half_written_is_never_read_and_replaced(void **state)
{
	(void)state;
	struct bytes back;
	struct state s = opened();
	OK(state_put(&s, STATE_PENDING, BYTES_TEXT("whole")));
	FILE *f = fopen(path_of(".new"), "w");
	CHECK(f && fputs("hal", f) >= 0 && fclose(f) == 0);
	OK(state_find(&s, STATE_PENDING, &arena, &back));
	CHECK(is_bytes_text(back, "whole"));
	OK(state_put(&s, STATE_PENDING, BYTES_TEXT("newer")));
	OK(state_find(&s, STATE_PENDING, &arena, &back));
	CHECK(is_bytes_text(back, "newer"));
	state_close(&s);
}

static void a_folder_that_others_may_enter_is_refused(void **state)
{
	(void)state;
	struct state s;
	CHECK(chmod(folder, 0750) == 0);
	REFUSES(AGENT_STATE, state_open(&s, folder));
	CHECK(strstr(s.detail, folder) && strstr(s.detail, "0700"));
	state_close(&s);
	CHECK(chmod(folder, 0700) == 0);
}

static void a_path_that_is_no_folder_is_refused(void **state)
{
	(void)state;
	struct state s;
	char link[160];
	REFUSES(AGENT_STATE, state_open(&s, "/dev/null"));
	state_close(&s);
	REFUSES(AGENT_STATE, state_open(&s, "/nonexistent/agent"));
	state_close(&s);
	snprintf(link, sizeof(link), "%s/link", above);
	CHECK(symlink(folder, link) == 0);
	REFUSES(AGENT_STATE, state_open(&s, link));
	state_close(&s);
	CHECK(unlink(link) == 0);
}

static void a_folder_of_another_user_is_refused(void **state)
{
	(void)state;
	int status;
	if (geteuid() != 0) {
		struct state s;
		REFUSES(AGENT_STATE, state_open(&s, "/"));
		state_close(&s);
		return;
	}
	CHECK(chmod(above, 0755) == 0);
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		struct state s;
		_exit(setuid(65534) == 0 && state_open(&s, "/") == FAIL(AGENT_STATE) ? 0 : 1);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static void a_file_that_others_may_read_is_refused(void **state)
{
	(void)state;
	struct bytes back;
	struct state s = opened();
	OK(state_put(&s, STATE_AK_UNIQUE, BYTES_TEXT("x")));
	CHECK(chmod(path_of(STATE_AK_UNIQUE), 0644) == 0);
	REFUSES(AGENT_STATE, state_find(&s, STATE_AK_UNIQUE, &arena, &back));
	CHECK(strstr(s.detail, STATE_AK_UNIQUE) != NULL);
	OK(state_put(&s, STATE_AK_UNIQUE, BYTES_TEXT("x")));
	CHECK(mode_of(path_of(STATE_AK_UNIQUE)) == 0600);
	state_close(&s);
}

static void a_link_in_place_of_a_file_is_refused_and_replaced_not_followed(void **state)
{
	(void)state;
	struct bytes back;
	struct state s = opened();
	OK(state_remove(&s, STATE_PENDING));
	CHECK(symlink("/etc/hostname", path_of(STATE_PENDING)) == 0);
	REFUSES(AGENT_STATE, state_find(&s, STATE_PENDING, &arena, &back));
	OK(state_put(&s, STATE_PENDING, BYTES_TEXT("own")));
	OK(state_find(&s, STATE_PENDING, &arena, &back));
	CHECK(is_bytes_text(back, "own"));
	state_close(&s);
}

static void a_pipe_in_place_of_a_file_is_refused_without_waiting(void **state)
{
	(void)state;
	struct bytes back;
	struct state s = opened();
	OK(state_remove(&s, STATE_PENDING));
	CHECK(mkfifo(path_of(STATE_PENDING), 0600) == 0);
	REFUSES(AGENT_STATE, state_find(&s, STATE_PENDING, &arena, &back));
	OK(state_remove(&s, STATE_PENDING));
	state_close(&s);
}

static void one_agent_at_a_time_holds_the_folder(void **state)
{
	(void)state;
	struct state first = opened(), second;
	REFUSES(AGENT_STATE, state_open(&second, folder));
	CHECK(strstr(second.detail, "another agent") != NULL);
	state_close(&second);
	state_close(&first);
	second = opened();
	state_close(&second);
}

static void a_full_arena_is_a_fault(void **state)
{
	(void)state;
	struct bytes back;
	struct arena small;
	struct state s = opened();
	OK(state_put(&s, STATE_DEVICE_ID, BYTES_TEXT("longer than the arena is, whatever its grain may be")));
	arena_init(&small, 16);
	REFUSES(SYS_MEMORY, state_find(&s, STATE_DEVICE_ID, &small, &back));
	arena_done(&small);
	state_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_folder_is_made_for_this_user_alone),
		TEST(what_is_put_is_found_and_private),
		TEST(a_file_that_is_not_there_is_absent),
		TEST(an_empty_file_is_present),
		TEST(what_a_crash_left_half_written_is_never_read_and_replaced),
		TEST(a_folder_that_others_may_enter_is_refused),
		TEST(a_path_that_is_no_folder_is_refused),
		TEST(a_folder_of_another_user_is_refused),
		TEST(a_file_that_others_may_read_is_refused),
		TEST(a_link_in_place_of_a_file_is_refused_and_replaced_not_followed),
		TEST(a_pipe_in_place_of_a_file_is_refused_without_waiting),
		TEST(one_agent_at_a_time_holds_the_folder),
		TEST(a_full_arena_is_a_fault),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
