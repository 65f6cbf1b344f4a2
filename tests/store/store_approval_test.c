#include "store/store_approval.h"

#include "store/scratch.h"

static struct store_approval put(struct scratch *t, unsigned n)
{
	struct store_approval row;
	scratch_fill(t, &store_approval_record, &row, n);
	row.state = STORE_APPROVAL_PENDING;
	OK(store_approval_put(t->s, &row));
	return row;
}

static void what_is_put_is_what_get_gives(void **state)
{
	struct scratch *t = *state;
	struct store_approval row = put(t, 2), *got;
	OK(store_approval_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_approval_record, &row, got));
	REFUSES(CONFLICT, store_approval_put(t->s, &row));
}

static void one_is_decided_once_whoever_comes_second(void **state)
{
	struct scratch *t = *state;
	struct store_approval row = put(t, 2), second, *got;
	row.state = STORE_APPROVAL_APPROVED;
	row.decider = BYTES_TEXT("ben");
	row.decided = 9;
	second = row;
	second.state = STORE_APPROVAL_REJECTED;
	OK(store_approval_finish(t->s, &row));
	REFUSES(NOT_FOUND, store_approval_finish(t->s, &second));
	OK(store_approval_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_approval_record, &row, got));
}

static void those_wait_that_are_neither_decided_nor_too_old(void **state)
{
	struct scratch *t = *state;
	uint64_t waiting;
	struct store_approval first = put(t, 2), second = put(t, 3);
	int64_t last = first.expires > second.expires ? first.expires : second.expires;
	OK(store_approval_count(t->s, 0, &waiting));
	CHECK(waiting == 2);
	OK(store_approval_count(t->s, last, &waiting));
	CHECK(waiting == 0);
	second.state = STORE_APPROVAL_REJECTED;
	OK(store_approval_finish(t->s, &second));
	OK(store_approval_count(t->s, 0, &waiting));
	CHECK(waiting == 1);
}

static void pages_give_every_row_once(void **state)
{
	struct scratch *t = *state;
	struct store_approval_list list;
	struct store_page page = { .limit = 3 };
	size_t n = 0;
	for (unsigned i = 0; i < 10; i++)
		put(t, 10 + i);
	do {
		OK(store_approval_list(t->s, page, &t->arena, &list));
		n += list.n;
		page.after = list.n ? list.v[list.n - 1].id : page.after;
	} while (list.n);
	CHECK(n == 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_get_gives),
		SCRATCH_TEST(one_is_decided_once_whoever_comes_second),
		SCRATCH_TEST(those_wait_that_are_neither_decided_nor_too_old),
		SCRATCH_TEST(pages_give_every_row_once),
	};
	return RUN(tests);
}
