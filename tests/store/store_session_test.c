#include "store/store_session.h"

#include <sys/wait.h>
#include <unistd.h>

#include "store/scratch.h"
#include "store/store_account.h"

static struct store_account account(struct scratch *t, unsigned n)
{
	struct store_account row;
	scratch_fill(t, &store_account_record, &row, n);
	OK(store_account_put(t->s, &row));
	return row;
}

static struct store_session put(struct scratch *t, const struct store_account *whose, unsigned n)
{
	struct store_session row;
	scratch_fill(t, &store_session_record, &row, n);
	row.account = whose->name;
	OK(store_session_put(t->s, &row));
	return row;
}

static size_t count(struct scratch *t)
{
	struct store_session_list list;
	OK(store_session_list(t->s, (struct store_page){ .limit = 100 }, &t->arena, &list));
	return list.n;
}

static void what_is_put_is_what_get_gives(void **state)
{
	struct scratch *t = *state;
	const struct store_account whose = account(t, 1);
	struct store_session row = put(t, &whose, 2), *got;
	OK(store_session_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_session_record, &row, got));
	REFUSES(CONFLICT, store_session_put(t->s, &row));
}

static void only_the_last_use_changes(void **state)
{
	struct scratch *t = *state;
	const struct store_account whose = account(t, 1);
	struct store_session row = put(t, &whose, 2), *got;
	row.used = 77;
	OK(store_session_update_used(t->s, row.id, row.used));
	OK(store_session_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_session_record, &row, got));
}

static void one_needs_an_account_and_goes_with_it(void **state)
{
	struct scratch *t = *state;
	const struct store_account whose = account(t, 1);
	struct store_session row = put(t, &whose, 2);
	OK(store_account_delete(t->s, whose.name));
	CHECK(count(t) == 0);
	REFUSES(NOT_FOUND, store_session_put(t->s, &row));
	REFUSES(NOT_FOUND, store_session_delete(t->s, row.id));
}

static void those_of_an_account_end_together_or_all_but_one(void **state)
{
	struct scratch *t = *state;
	const struct store_account anna = account(t, 1), ben = account(t, 9);
	struct store_session kept = put(t, &anna, 2), *got;
	put(t, &anna, 3);
	put(t, &ben, 4);
	OK(store_session_delete_others(t->s, anna.name, kept.id));
	CHECK(count(t) == 2);
	OK(store_session_get(t->s, kept.id, &t->arena, &got));
	OK(store_session_delete_account(t->s, anna.name));
	CHECK(count(t) == 1);
	OK(store_session_delete_account(t->s, anna.name));
}

static void those_that_are_over_are_forgotten(void **state)
{
	struct scratch *t = *state;
	const struct store_account whose = account(t, 1);
	const struct store_session row = put(t, &whose, 2);
	OK(store_session_prune(t->s, row.expires));
	CHECK(count(t) == 1);
	OK(store_session_prune(t->s, row.expires + 1));
	CHECK(count(t) == 0);
}

/* As core does it. */
static fault sign_in(struct store *s, const struct store_session *row)
{
	TRY(store_begin(s));
	fault why = store_session_prune(s, 0);
	if (!why)
		why = store_session_put(s, row);
	if (!why)
		return store_commit(s);
	store_rollback(s);
	return why;
}

/* A process that signs in, with a connection of its own: exits 1 when the session is there, 0 when not. */
static void race(const char *path, int start, const struct store_session *row)
{
	struct store *s = NULL;
	char c;
	fault why = store_open(path, &s);
	if (why || read(start, &c, 1) != 0)
		_exit(2);
	do
		why = sign_in(s, row);
	while (why == FAIL(SYS_BUSY));
	_exit(!why ? 1 : why == FAIL(CONFLICT) ? 0 : 2);
}

/* How many of two processes that put a session at once have put it; n and m say which. */
static int race_two(struct scratch *t, const struct store_account *whose, unsigned n, unsigned m)
{
	int start[2], sum = 0;
	pid_t pids[2];
	struct store_session rows[2];
	const unsigned which[] = { n, m };
	CHECK(pipe(start) == 0);
	for (size_t i = 0; i < COUNT_OF(pids); i++) {
		scratch_fill(t, &store_session_record, &rows[i], which[i]);
		rows[i].account = whose->name;
		pids[i] = fork();
		CHECK(pids[i] >= 0);
		if (pids[i] == 0) {
			close(start[1]);
			race(t->path, start[0], &rows[i]);
		}
	}
	close(start[0]);
	close(start[1]); /* the end of the pipe is the starting shot */
	for (size_t i = 0; i < COUNT_OF(pids); i++) {
		int status;
		CHECK(waitpid(pids[i], &status, 0) == pids[i]);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
		sum += WEXITSTATUS(status);
	}
	return sum;
}

static void two_who_sign_in_at_once_have_a_session_each(void **state)
{
	struct scratch *t = *state;
	const struct store_account whose = account(t, 1);
	store_close(t->s); /* a connection may not be carried over a fork */
	CHECK(race_two(t, &whose, 2, 3) == 2);
	CHECK(race_two(t, &whose, 4, 4) == 1);
	OK(store_open(t->path, &t->s));
	CHECK(count(t) == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_get_gives),
		SCRATCH_TEST(only_the_last_use_changes),
		SCRATCH_TEST(one_needs_an_account_and_goes_with_it),
		SCRATCH_TEST(those_of_an_account_end_together_or_all_but_one),
		SCRATCH_TEST(those_that_are_over_are_forgotten),
		SCRATCH_TEST(two_who_sign_in_at_once_have_a_session_each),
	};
	return RUN(tests);
}
