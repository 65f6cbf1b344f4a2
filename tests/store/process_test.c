/*
 * The store in a process that is killed, and in one that may open nothing any more.
 */
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/scratch.h"
#include "store/store_meta.h"

#define LARGE_SIZE 3000000
#define GROUP 3         /* rows of one transaction */
#define KILLS 20        /* times a writer is killed */
#define READS 100       /* commits that a reader is asked about */
#define WRITES 4000     /* transactions behind the sandbox: several checkpoints */

static fault put(struct store *s, const char *name)
{
	struct store_meta row = { .name = bytes_text(name), .value = bytes_text(name) };
	return store_meta_put(s, &row);
}

static bool has(struct scratch *t, const char *name)
{
	struct store_meta *row;
	OK(store_meta_find(t->s, bytes_text(name), &t->arena, &row));
	return row != NULL;
}

static void wait_for_death(pid_t pid, int by)
{
	int status;
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(by ? WIFSIGNALED(status) && WTERMSIG(status) == by
		 : WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Opens and closes once for each octet it hears, and says so. */
static void visit(const char *path, int hear, int say)
{
	char c;
	while (read(hear, &c, 1) == 1) {
		struct store *s;
		if (store_open(path, &s))
			_exit(1);
		store_close(s);
		if (write(say, "!", 1) != 1)
			_exit(1);
	}
	_exit(0);
}

static bool is_visited(int tell, int hear)
{
	char c;
	return write(tell, "?", 1) == 1 && read(hear, &c, 1) == 1;
}

/*
 * Closing a file drops every lock that the process has on it (POSIX). A handle without its locks is not
 * seen by other processes: the next one to close believes to be the last and tidies the log away.
 */
static void a_second_handle_does_not_take_the_firsts_locks(void **state)
{
	struct scratch *t = *state;
	struct store *second;
	int tell[2], hear[2];
	CHECK(pipe(tell) == 0 && pipe(hear) == 0);
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		close(tell[1]);
		visit(t->path, tell[0], hear[1]);
	}
	OK(store_open(t->path, &t->s));
	OK(store_open(t->path, &second));
	char *log = arena_format(&t->arena, "%s-wal", t->path);
	CHECK(is_visited(tell[1], hear[0]) && access(log, F_OK) == 0);
	store_close(second);
	CHECK(is_visited(tell[1], hear[0]) && access(log, F_OK) == 0);
	close(tell[1]);
	wait_for_death(pid, 0);
}

/* Commits a row, leaves another one uncommitted, says so and waits for its end. */
static void stop_in_transaction(const char *path, int say)
{
	struct store *s;
	if (store_open(path, &s) || store_begin(s) || put(s, "committed") || store_commit(s) ||
	    store_begin(s) || put(s, "uncommitted") || write(say, "!", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void a_kill_inside_a_transaction_keeps_what_was_committed(void **state)
{
	struct scratch *t = *state;
	int said[2];
	char c;
	CHECK(pipe(said) == 0);
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		stop_in_transaction(t->path, said[1]);
	close(said[1]);
	CHECK(read(said[0], &c, 1) == 1);
	close(said[0]);
	CHECK(kill(pid, SIGKILL) == 0);
	wait_for_death(pid, SIGKILL);
	OK(store_open(t->path, &t->s));
	CHECK(has(t, "committed"));
	CHECK(!has(t, "uncommitted"));
	OK(put(t->s, "uncommitted"));
}

static fault put_group(struct store *s, int run, int n)
{
	for (int i = 0; i < GROUP; i++) {
		char name[48];
		snprintf(name, sizeof(name), "%d-%d-%d", run, n, i);
		TRY(put(s, name));
	}
	return NULL;
}

/* Commits groups without end and says each commit that was acknowledged. */
static void write_groups(const char *path, int run, int say)
{
	struct store *s;
	if (store_open(path, &s))
		_exit(1);
	for (int n = 0;; n++)
		if (store_begin(s) || put_group(s, run, n) || store_commit(s) || write(say, "!", 1) != 1)
			_exit(1);
}

/* Lets a writer commit about `enough` groups, kills it, and returns how many it said. */
static int kill_writer(struct scratch *t, int run, int enough)
{
	int said[2], n = 0;
	char c;
	CHECK(pipe(said) == 0);
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		write_groups(t->path, run, said[1]);
	close(said[1]);
	while (n < enough && read(said[0], &c, 1) == 1)
		n++;
	CHECK(kill(pid, SIGKILL) == 0);
	wait_for_death(pid, SIGKILL);
	while (read(said[0], &c, 1) == 1)
		n++;
	close(said[0]);
	return n;
}

static int rows_of_group(struct scratch *t, int run, int n)
{
	int rows = 0;
	for (int i = 0; i < GROUP; i++)
		rows += has(t, arena_format(&t->arena, "%d-%d-%d", run, n, i));
	return rows;
}

static void kills_lose_no_acknowledged_group_and_split_none(void **state)
{
	struct scratch *t = *state;
	int said[KILLS];
	for (int run = 0; run < KILLS; run++)
		said[run] = kill_writer(t, run, 1 + 7 * run);
	OK(store_open(t->path, &t->s));
	for (int run = 0; run < KILLS; run++) {
		arena_reset(&t->arena);
		for (int n = 0; n < said[run]; n++)
			CHECK(rows_of_group(t, run, n) == GROUP);
		/* The commit that was not said may have happened, whole. */
		CHECK(rows_of_group(t, run, said[run]) % GROUP == 0);
		CHECK(rows_of_group(t, run, said[run] + 1) == 0);
	}
}

/* From now on whoever opens, connects or executes dies. */
static bool is_closed_in(void)
{
	static const int denied[] = { SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(creat), SCMP_SYS(socket),
				      SCMP_SYS(connect), SCMP_SYS(execve), SCMP_SYS(fork), SCMP_SYS(clone) };
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool good = filter != NULL;
	for (size_t i = 0; good && i < COUNT_OF(denied); i++)
		good = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, denied[i], 0) == 0;
	good = good && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return good;
}

/* Changes more than the engine keeps in memory for taking it back, unless told to keep all of it there. */
static fault revert_much(struct store *s)
{
	static const uint8_t value[LARGE_SIZE];
	struct store_meta row = { .name = BYTES_TEXT("large"), .value = BYTES_OF(value) };
	TRY(store_begin(s));
	TRY(store_meta_put(s, &row));
	TRY(store_savepoint(s));
	row.value.n--;
	TRY(store_meta_put(s, &row));
	TRY(store_revert(s));
	return store_commit(s);
}

static fault write_much(struct store *s)
{
	TRY(revert_much(s));
	for (int n = 0; n < WRITES; n++) {
		TRY(store_begin(s));
		TRY(store_savepoint(s));
		TRY(put_group(s, 0, n));
		TRY(n % 2 ? store_release(s) : store_revert(s));
		TRY(store_commit(s));
	}
	return NULL;
}

/* Works behind the sandbox, says so, and then opens something after all. */
static void work_closed_in(const char *path, int say)
{
	struct store *s = NULL;
	/* Twice, since the second time there is nothing to be made but the log. */
	for (int i = 0; i < 2; i++) {
		store_close(s);
		if (store_open(path, &s))
			_exit(1);
	}
	if (!is_closed_in() || write_much(s))
		_exit(1);
	store_close(s);
	if (write(say, "!", 1) == 1)
		open("/dev/null", O_RDONLY);
	_exit(1);
}

static void nothing_is_opened_after_store_open(void **state)
{
	struct scratch *t = *state;
	int said[2];
	char c;
	CHECK(pipe(said) == 0);
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		work_closed_in(t->path, said[1]);
	close(said[1]);
	CHECK(read(said[0], &c, 1) == 1);
	close(said[0]);
	wait_for_death(pid, SIGSYS);
	OK(store_open(t->path, &t->s));
	CHECK(rows_of_group(t, 0, WRITES - 1) == GROUP);
	CHECK(rows_of_group(t, 0, WRITES - 2) == 0);
}

/* Opens to read, gives up opening, and tells after each octet heard whether it sees as many groups. */
static void read_closed_in(struct scratch *t, int hear, int say)
{
	char c;
	int n = 0;
	if (store_open_reader(t->path, &t->s) || !is_closed_in() || put(t->s, "mine") != FAIL(SYS_FILE))
		_exit(1);
	while (read(hear, &c, 1) == 1) {
		arena_reset(&t->arena);
		c = rows_of_group(t, 0, n) == GROUP && rows_of_group(t, 0, n + 1) == 0 ? '!' : '?';
		n++;
		if (write(say, &c, 1) != 1)
			_exit(1);
	}
	_exit(0);
}

static void a_reader_sees_each_commit_at_once_and_writes_nothing(void **state)
{
	struct scratch *t = *state;
	int tell[2], hear[2];
	char c;
	CHECK(pipe(tell) == 0 && pipe(hear) == 0);
	OK(store_open(t->path, &t->s));
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		close(tell[1]);
		read_closed_in(t, tell[0], hear[1]);
	}
	for (int n = 0; n < READS; n++) {
		OK(store_begin(t->s));
		OK(put_group(t->s, 0, n));
		OK(store_commit(t->s));
		if (n % 8 == 0) /* so much that the log begins anew */
			OK(revert_much(t->s));
		CHECK(write(tell[1], "?", 1) == 1 && read(hear[0], &c, 1) == 1 && c == '!');
	}
	close(tell[1]);
	wait_for_death(pid, 0);
	CHECK(!has(t, "mine"));
}

/* Holds the write lock until it is killed. */
static void hold_lock(const char *path, int say)
{
	struct store *s;
	if (store_open(path, &s) || store_begin(s) || write(say, "!", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void a_lock_of_another_process_is_named(void **state)
{
	struct scratch *t = *state;
	int said[2];
	char c;
	CHECK(pipe(said) == 0);
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		hold_lock(t->path, said[1]);
	close(said[1]);
	CHECK(read(said[0], &c, 1) == 1);
	close(said[0]);
	fault f = store_open(t->path, &t->s);
	CHECK(kill(pid, SIGKILL) == 0);
	wait_for_death(pid, SIGKILL);
	CHECK(f == FAIL(SYS_BUSY));
	OK(store_open(t->path, &t->s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_FOLDER(a_second_handle_does_not_take_the_firsts_locks),
		SCRATCH_FOLDER(a_kill_inside_a_transaction_keeps_what_was_committed),
		SCRATCH_FOLDER(kills_lose_no_acknowledged_group_and_split_none),
		SCRATCH_FOLDER(nothing_is_opened_after_store_open),
		SCRATCH_FOLDER(a_reader_sees_each_commit_at_once_and_writes_nothing),
		SCRATCH_FOLDER(a_lock_of_another_process_is_named),
	};
	return RUN(tests);
}
