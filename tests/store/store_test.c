#include "store/store.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/scratch.h"
#include "store/store_meta.h"
#include "store/store_profile.h"

#define NOBODY 65534
#define LARGE_SIZE 300000

/* Does something to the file behind the store's back. */
static void tamper(const char *path, const char *text)
{
	sqlite3 *db;
	CHECK(sqlite3_open(path, &db) == SQLITE_OK);
	CHECK(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
}

static fault put(struct store *s, const char *name, const char *value)
{
	struct store_meta row = { .name = bytes_text(name), .value = bytes_text(value) };
	return store_meta_put(s, &row);
}

static bool has(struct scratch *t, const char *name)
{
	struct store_meta *row;
	OK(store_meta_find(t->s, bytes_text(name), &t->arena, &row));
	return row != NULL;
}

static void reopen(struct scratch *t)
{
	store_close(t->s);
	OK(store_open(t->path, &t->s));
}

/* --- opening --- */

static void the_files_are_the_owners_alone(void **state)
{
	struct scratch *t = *state;
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		struct stat st;
		char *path = arena_format(&t->arena, "%s%s", t->path, suffixes[i]);
		CHECK(stat(path, &st) == 0);
		CHECK((st.st_mode & 0777) == 0600);
	}
}

static void opening_again_changes_nothing(void **state)
{
	struct scratch *t = *state;
	struct store_profile before, *after;
	scratch_fill(t, &store_profile_record, &before, SCRATCH_PROFILE);
	before.virtual_profile = (struct bytes){ 0 };
	for (int i = 0; i < 3; i++)
		reopen(t);
	OK(store_profile_get(t->s, before.id, &t->arena, &after));
	CHECK(is_scratch_same(&store_profile_record, &before, after));
}

static void a_database_of_a_newer_program_is_refused_and_left_alone(void **state)
{
	struct scratch *t = *state;
	struct store *s = NULL;
	store_close(t->s);
	t->s = NULL;
	tamper(t->path, "INSERT INTO migration VALUES (1000, 0)");
	REFUSES(SYS_SCHEMA, store_open(t->path, &s));
	CHECK(s == NULL);
	tamper(t->path, "DELETE FROM migration WHERE version = 1000");
	OK(store_open(t->path, &t->s));
	CHECK(!has(t, "nothing"));
}

static void a_schema_that_a_statement_does_not_fit_is_refused(void **state)
{
	struct scratch *t = *state;
	static const char *const changes[] = { "ALTER TABLE audit RENAME COLUMN actor TO who",
					       "ALTER TABLE audit RENAME COLUMN who TO actor",
					       "ALTER TABLE meta RENAME TO other" };
	store_close(t->s);
	t->s = NULL;
	tamper(t->path, changes[0]);
	REFUSES(SYS_SCHEMA, store_open(t->path, &t->s));
	tamper(t->path, changes[1]);
	OK(store_open(t->path, &t->s));
	store_close(t->s);
	t->s = NULL;
	tamper(t->path, changes[2]);
	REFUSES(SYS_SCHEMA, store_open(t->path, &t->s));
}

static void a_column_of_another_form_is_a_fault_of_storage(void **state)
{
	struct scratch *t = *state;
	struct store_profile *row;
	store_close(t->s);
	tamper(t->path, "UPDATE profile SET created = x'00'");
	OK(store_open(t->path, &t->s));
	REFUSES(SYS_STORAGE, store_profile_get(t->s, scratch_profile(t), &t->arena, &row));
}

static void a_file_that_is_no_database_is_refused(void **state)
{
	struct scratch *t = *state;
	char text[4096];
	memset(text, 'x', sizeof(text));
	int fd = open(t->path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	CHECK(fd >= 0);
	CHECK(write(fd, text, sizeof(text)) == sizeof(text));
	close(fd);
	REFUSES(SYS_FILE, store_open(t->path, &t->s));
	CHECK(t->s == NULL);
}

static void a_folder_that_is_not_there_is_refused(void **state)
{
	struct scratch *t = *state;
	REFUSES(SYS_FILE, store_open(arena_format(&t->arena, "%s/none/assay.db", t->folder), &t->s));
	REFUSES(SYS_FILE, store_open(t->folder, &t->s));
	REFUSES(SYS_FILE, store_open("", &t->s));
	CHECK(t->s == NULL);
}

/* Opens as a user who is not root, since root may write everywhere. Exits 0 when the fault is SYS_FILE. */
static bool is_refused_to_nobody(const char *path)
{
	int status;
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		struct store *s;
		if (getuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
			_exit(2);
		_exit(store_open(path, &s) == FAIL(SYS_FILE) ? 0 : 1);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void an_unwritable_folder_or_file_is_refused(void **state)
{
	struct scratch *t = *state;
	CHECK(chmod(t->folder, 0555) == 0);
	CHECK(is_refused_to_nobody(t->path));
	CHECK(chmod(t->folder, 0755) == 0);
	OK(store_open(t->path, &t->s));
	store_close(t->s);
	t->s = NULL;
	/* A database that may only be read, then one that may be written in a folder that may not. */
	CHECK(chmod(t->path, 0444) == 0);
	CHECK(is_refused_to_nobody(t->path));
	CHECK(chmod(t->path, 0666) == 0);
	CHECK(chmod(t->folder, 0555) == 0);
	CHECK(is_refused_to_nobody(t->path));
	CHECK(chmod(t->folder, 0755) == 0);
}

/* --- transactions --- */

static void nothing_of_a_rolled_back_transaction_is_there(void **state)
{
	struct scratch *t = *state;
	OK(store_begin(t->s));
	OK(put(t->s, "a", "1"));
	CHECK(has(t, "a"));
	store_rollback(t->s);
	CHECK(!has(t, "a"));
	store_rollback(t->s);
	OK(put(t->s, "b", "1"));
	reopen(t);
	CHECK(!has(t, "a") && has(t, "b"));
}

static void others_see_a_transaction_after_its_commit(void **state)
{
	struct scratch *t = *state;
	struct store *other, *own = t->s;
	OK(store_open(t->path, &other));
	OK(store_begin(own));
	OK(put(own, "a", "1"));
	t->s = other;
	CHECK(!has(t, "a"));
	OK(store_commit(own));
	CHECK(has(t, "a"));
	t->s = own;
	store_close(other);
}

static void closing_ends_a_transaction_without_keeping_it(void **state)
{
	struct scratch *t = *state;
	OK(store_begin(t->s));
	OK(put(t->s, "a", "1"));
	reopen(t);
	CHECK(!has(t, "a"));
}

static void reverting_a_job_takes_back_that_job_only(void **state)
{
	struct scratch *t = *state;
	OK(store_begin(t->s));
	OK(store_savepoint(t->s));
	OK(put(t->s, "first", "1"));
	OK(store_release(t->s));
	OK(store_savepoint(t->s));
	OK(put(t->s, "second", "1"));
	OK(put(t->s, "first", "2"));
	OK(store_revert(t->s));
	OK(store_savepoint(t->s));
	OK(put(t->s, "third", "1"));
	OK(store_release(t->s));
	OK(store_commit(t->s));
	reopen(t);
	struct store_meta *row;
	OK(store_meta_get(t->s, BYTES_TEXT("first"), &t->arena, &row));
	CHECK(is_bytes_text(row->value, "1"));
	CHECK(!has(t, "second") && has(t, "third"));
}

static void a_conflict_leaves_the_transaction_usable(void **state)
{
	struct scratch *t = *state;
	struct store_profile row;
	scratch_fill(t, &store_profile_record, &row, SCRATCH_PROFILE);
	OK(store_begin(t->s));
	OK(put(t->s, "before", "1"));
	REFUSES(CONFLICT, store_profile_put(t->s, &row));
	OK(put(t->s, "after", "1"));
	OK(store_commit(t->s));
	CHECK(has(t, "before") && has(t, "after"));
}

static void calls_out_of_order_are_bugs(void **state)
{
	struct scratch *t = *state;
	REFUSES(BUG, store_commit(t->s));
	REFUSES(BUG, store_savepoint(t->s));
	REFUSES(BUG, store_release(t->s));
	REFUSES(BUG, store_revert(t->s));
	OK(store_begin(t->s));
	REFUSES(BUG, store_begin(t->s));
	REFUSES(SYS_STORAGE, store_release(t->s));
	CHECK(strstr(store_detail(t->s), "job") != NULL);
	store_rollback(t->s);
}

/* What a job is to do: put a row and give this fault, until it has been called so often. */
struct plan {
	fault gives;
	int until, calls;
};

static fault follow(struct store *s, void *context)
{
	struct plan *plan = context;
	char name[32];
	snprintf(name, sizeof(name), "call %d", ++plan->calls);
	TRY(put(s, name, "1"));
	return plan->calls < plan->until ? plan->gives : NULL;
}

static void transact_commits_once_and_starts_over_when_busy(void **state)
{
	struct scratch *t = *state;
	struct plan good = { NULL, 0, 0 }, busy = { FAIL(SYS_BUSY), 3, 0 };
	struct plan never = { FAIL(SYS_BUSY), 1000, 0 }, denied = { FAIL(NOT_FOUND), 1000, 0 };
	OK(store_transact(t->s, follow, &good));
	CHECK(good.calls == 1 && has(t, "call 1"));
	OK(store_transact(t->s, follow, &busy));
	CHECK(busy.calls == 3 && has(t, "call 3") && !has(t, "call 2"));
	REFUSES(SYS_BUSY, store_transact(t->s, follow, &never));
	CHECK(never.calls > 3 && never.calls < 100 && !has(t, "call 4"));
	REFUSES(NOT_FOUND, store_transact(t->s, follow, &denied));
	CHECK(denied.calls == 1);
	OK(store_begin(t->s));
	store_rollback(t->s);
}

/* --- the disk --- */

/* More than the pages that stay in memory, so that it is written before the commit. */
static fault fill(struct store *s, const char *value)
{
	for (int i = 0; i < 150; i++) {
		char name[32];
		snprintf(name, sizeof(name), "fill %d", i);
		TRY(put(s, name, value));
	}
	return NULL;
}

static void a_full_disk_loses_the_transaction_whole_and_nothing_else(void **state)
{
	struct scratch *t = *state;
	struct rlimit old, small;
	static char value[LARGE_SIZE];
	memset(value, 'v', sizeof(value) - 1);
	OK(put(t->s, "before", "1"));
	CHECK(getrlimit(RLIMIT_FSIZE, &old) == 0);
	small = old;
	small.rlim_cur = 4 * LARGE_SIZE;
	signal(SIGXFSZ, SIG_IGN);
	CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
	OK(store_begin(t->s));
	REFUSES(SYS_STORAGE, fill(t->s, value));
	CHECK(store_detail(t->s)[0] != '\0');
	/* There is room again, but a row of a lost transaction must not become durable on its own. */
	CHECK(setrlimit(RLIMIT_FSIZE, &old) == 0);
	REFUSES(SYS_STORAGE, put(t->s, "rest", "1"));
	REFUSES(SYS_STORAGE, store_commit(t->s));
	CHECK(has(t, "before") && !has(t, "rest") && !has(t, "fill 0"));
	OK(put(t->s, "after", "1"));
	reopen(t);
	CHECK(has(t, "before") && has(t, "after") && !has(t, "rest") && !has(t, "fill 0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(the_files_are_the_owners_alone),
		SCRATCH_TEST(opening_again_changes_nothing),
		SCRATCH_TEST(a_database_of_a_newer_program_is_refused_and_left_alone),
		SCRATCH_TEST(a_schema_that_a_statement_does_not_fit_is_refused),
		SCRATCH_TEST(a_column_of_another_form_is_a_fault_of_storage),
		SCRATCH_FOLDER(a_file_that_is_no_database_is_refused),
		SCRATCH_FOLDER(a_folder_that_is_not_there_is_refused),
		SCRATCH_FOLDER(an_unwritable_folder_or_file_is_refused),
		SCRATCH_TEST(nothing_of_a_rolled_back_transaction_is_there),
		SCRATCH_TEST(others_see_a_transaction_after_its_commit),
		SCRATCH_TEST(closing_ends_a_transaction_without_keeping_it),
		SCRATCH_TEST(reverting_a_job_takes_back_that_job_only),
		SCRATCH_TEST(a_conflict_leaves_the_transaction_usable),
		SCRATCH_TEST(calls_out_of_order_are_bugs),
		SCRATCH_TEST(transact_commits_once_and_starts_over_when_busy),
		SCRATCH_TEST(a_full_disk_loses_the_transaction_whole_and_nothing_else),
	};
	return RUN(tests);
}
