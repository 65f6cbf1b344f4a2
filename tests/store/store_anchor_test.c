#include "store/store_anchor.h"

#include "store/scratch.h"

static struct store_anchor anchor(struct scratch *t, unsigned n)
{
	struct store_anchor row;
	scratch_fill(t, &store_anchor_record, &row, n);
	return row;
}

static void what_is_put_is_what_list_gives(void **state)
{
	struct scratch *t = *state;
	struct store_anchor row = anchor(t, 2);
	struct store_anchor_list list;
	OK(store_anchor_put(t->s, &row));
	REFUSES(CONFLICT, store_anchor_put(t->s, &row));
	OK(store_anchor_list(t->s, (struct store_page){ .limit = 9 }, &t->arena, &list));
	CHECK(list.n == 1);
	CHECK(is_scratch_same(&store_anchor_record, &row, &list.v[0]));
}

static void pages_give_every_row_once_and_count_counts_them(void **state)
{
	struct scratch *t = *state;
	struct store_anchor_list list;
	struct store_page page = { .limit = 3 };
	uint64_t count;
	size_t n = 0;
	for (unsigned i = 0; i < 10; i++) {
		struct store_anchor row = anchor(t, 10 + i);
		OK(store_anchor_put(t->s, &row));
	}
	do {
		OK(store_anchor_list(t->s, page, &t->arena, &list));
		n += list.n;
		page.after = list.n ? list.v[list.n - 1].fingerprint : page.after;
	} while (list.n);
	OK(store_anchor_count(t->s, &count));
	CHECK(n == 10 && count == 10);
}

static void a_deleted_one_is_gone(void **state)
{
	struct scratch *t = *state;
	struct store_anchor row = anchor(t, 2);
	uint64_t count;
	OK(store_anchor_put(t->s, &row));
	OK(store_anchor_delete(t->s, row.fingerprint));
	REFUSES(NOT_FOUND, store_anchor_delete(t->s, row.fingerprint));
	OK(store_anchor_count(t->s, &count));
	CHECK(count == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_list_gives),
		SCRATCH_TEST(pages_give_every_row_once_and_count_counts_them),
		SCRATCH_TEST(a_deleted_one_is_gone),
	};
	return RUN(tests);
}
