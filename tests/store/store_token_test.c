#include "store/store_token.h"

#include <sys/wait.h>
#include <unistd.h>

#include "store/scratch.h"

#define NOW 1000
#define RACERS 64
#define RACE_USES 20

static struct store_token token(struct scratch *t, unsigned n)
{
	struct store_token row;
	scratch_fill(t, &store_token_record, &row, n);
	row.profile = scratch_profile(t);
	row.expires = NOW + 1;
	row.uses_max = 2;
	row.uses = 0;
	row.revoked = 0;
	return row;
}

static bool is_counted(struct scratch *t, struct bytes id, int64_t now)
{
	bool counted;
	OK(store_token_use(t->s, id, now, &counted));
	return counted;
}

static void what_is_put_is_what_get_gives(void **state)
{
	struct scratch *t = *state;
	struct store_token row = token(t, 2), *got;
	OK(store_token_put(t->s, &row));
	REFUSES(CONFLICT, store_token_put(t->s, &row));
	OK(store_token_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_token_record, &row, got));
	OK(store_token_delete(t->s, row.id));
	REFUSES(NOT_FOUND, store_token_get(t->s, row.id, &t->arena, &got));
	REFUSES(NOT_FOUND, store_token_delete(t->s, row.id));
}

static void it_counts_up_to_its_maximum(void **state)
{
	struct scratch *t = *state;
	struct store_token row = token(t, 2), *got;
	OK(store_token_put(t->s, &row));
	CHECK(is_counted(t, row.id, NOW));
	CHECK(is_counted(t, row.id, NOW));
	CHECK(!is_counted(t, row.id, NOW));
	OK(store_token_get(t->s, row.id, &t->arena, &got));
	CHECK(got->uses == 2);
}

static void unknown_expired_revoked_and_empty_ones_do_not_count(void **state)
{
	struct scratch *t = *state;
	struct store_token expired = token(t, 2), revoked = token(t, 3), zero = token(t, 4);
	revoked.revoked = 1;
	zero.expires = 0;
	zero.uses_max = 0;
	OK(store_token_put(t->s, &expired));
	OK(store_token_put(t->s, &revoked));
	OK(store_token_put(t->s, &zero));
	CHECK(!is_counted(t, scratch_id(t, 9), NOW));
	CHECK(!is_counted(t, expired.id, NOW + 1));
	CHECK(!is_counted(t, revoked.id, NOW));
	CHECK(!is_counted(t, zero.id, NOW));
	CHECK(is_counted(t, expired.id, NOW));
}

static void a_use_that_is_reverted_was_none(void **state)
{
	struct scratch *t = *state;
	struct store_token row = token(t, 2), *got;
	OK(store_token_put(t->s, &row));
	OK(store_begin(t->s));
	OK(store_savepoint(t->s));
	CHECK(is_counted(t, row.id, NOW));
	OK(store_revert(t->s));
	OK(store_commit(t->s));
	OK(store_token_get(t->s, row.id, &t->arena, &got));
	CHECK(got->uses == 0);
}

static void a_use_that_came_to_nothing_is_given_back_once(void **state)
{
	struct scratch *t = *state;
	struct store_token row = token(t, 2), *got;
	OK(store_token_put(t->s, &row));
	CHECK(is_counted(t, row.id, NOW));
	OK(store_token_release(t->s, row.id));
	OK(store_token_release(t->s, row.id));
	OK(store_token_get(t->s, row.id, &t->arena, &got));
	CHECK(got->uses == 0);
	OK(store_token_release(t->s, scratch_id(t, 9)));
}

/* The inner one is taken back, the outer one is kept. */
static void a_savepoint_inside_another_is_its_own(void **state)
{
	struct scratch *t = *state;
	struct store_token row = token(t, 2), *got;
	row.uses_max = 5;
	OK(store_token_put(t->s, &row));
	OK(store_begin(t->s));
	OK(store_savepoint(t->s));
	CHECK(is_counted(t, row.id, NOW));
	OK(store_savepoint(t->s));
	CHECK(is_counted(t, row.id, NOW));
	OK(store_revert(t->s));
	OK(store_release(t->s));
	OK(store_commit(t->s));
	OK(store_token_get(t->s, row.id, &t->arena, &got));
	CHECK(got->uses == 1);
}

static void its_profile_must_exist(void **state)
{
	struct scratch *t = *state;
	struct store_token row = token(t, 2);
	row.profile = scratch_id(t, 77);
	REFUSES(NOT_FOUND, store_token_put(t->s, &row));
}

static void pages_give_every_row_once(void **state)
{
	struct scratch *t = *state;
	struct store_token_list list;
	struct store_page page = { .limit = 3 };
	size_t n = 0;
	for (unsigned i = 0; i < 10; i++) {
		struct store_token row = token(t, 10 + i);
		OK(store_token_put(t->s, &row));
	}
	do {
		OK(store_token_list(t->s, page, &t->arena, &list));
		n += list.n;
		page.after = list.n ? list.v[list.n - 1].id : page.after;
	} while (list.n);
	CHECK(n == 10);
}

/* A process of the race with its own connection. Exits 1 when its use counted, 0 when not, 2 on faults. */
static void race(const char *path, int start, struct bytes id)
{
	struct store *s = NULL;
	bool counted = false;
	char c;
	fault f = store_open(path, &s);
	if (f || read(start, &c, 1) != 0)
		_exit(2);
	do
		f = store_token_use(s, id, NOW, &counted);
	while (f == FAIL(SYS_BUSY));
	_exit(f ? 2 : counted);
}

static void racing_processes_never_count_more_than_the_maximum(void **state)
{
	struct scratch *t = *state;
	struct store_token row = token(t, 2), *got;
	int start[2], counts[3] = { 0 };
	row.uses_max = RACE_USES;
	OK(store_token_put(t->s, &row));
	store_close(t->s); /* a connection may not be carried over a fork */
	CHECK(pipe(start) == 0);
	pid_t pids[RACERS];
	for (int i = 0; i < RACERS; i++) {
		pids[i] = fork();
		CHECK(pids[i] >= 0);
		if (pids[i] == 0) {
			close(start[1]);
			race(t->path, start[0], row.id);
		}
	}
	close(start[0]);
	close(start[1]); /* the end of the pipe is the starting shot */
	for (int i = 0; i < RACERS; i++) {
		int status;
		CHECK(waitpid(pids[i], &status, 0) == pids[i]);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
		counts[WEXITSTATUS(status)]++;
	}
	CHECK(counts[1] == RACE_USES);
	CHECK(counts[0] == RACERS - RACE_USES);
	OK(store_open(t->path, &t->s));
	OK(store_token_get(t->s, row.id, &t->arena, &got));
	CHECK(got->uses == RACE_USES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_get_gives),
		SCRATCH_TEST(it_counts_up_to_its_maximum),
		SCRATCH_TEST(unknown_expired_revoked_and_empty_ones_do_not_count),
		SCRATCH_TEST(a_use_that_is_reverted_was_none),
		SCRATCH_TEST(a_use_that_came_to_nothing_is_given_back_once),
		SCRATCH_TEST(a_savepoint_inside_another_is_its_own),
		SCRATCH_TEST(its_profile_must_exist),
		SCRATCH_TEST(pages_give_every_row_once),
		SCRATCH_TEST(racing_processes_never_count_more_than_the_maximum),
	};
	return RUN(tests);
}
