#include "store/store_batch.h"

#include "store/scratch.h"

static void a_batch_is_open_until_it_is_finished(void **state)
{
	struct scratch *t = *state;
	struct store_batch row, *got;
	struct store_batch_list list;
	scratch_fill(t, &store_batch_record, &row, 1);
	row.finished = 0;
	OK(store_batch_put(t->s, &row));
	REFUSES(CONFLICT, store_batch_put(t->s, &row));
	OK(store_batch_list_open(t->s, &t->arena, &list));
	CHECK(list.n == 1 && is_scratch_same(&store_batch_record, &row, &list.v[0]));
	row.finished = 5;
	OK(store_batch_update(t->s, &row));
	OK(store_batch_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_batch_record, &row, got));
	OK(store_batch_list_open(t->s, &t->arena, &list));
	CHECK(list.n == 0);
	OK(store_batch_list(t->s, (struct store_page){ .limit = 5 }, &t->arena, &list));
	CHECK(list.n == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(a_batch_is_open_until_it_is_finished),
	};
	return RUN(tests);
}
