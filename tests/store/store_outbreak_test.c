#include "store/store_outbreak.h"

#include "store/scratch.h"

static const struct store_page page = { .limit = 9 };

static struct store_outbreak outbreak(struct scratch *t, unsigned n)
{
	struct store_outbreak row;
	scratch_fill(t, &store_outbreak_record, &row, n);
	row.ended = 0;
	return row;
}

static void every_field_is_kept_and_changed(void **state)
{
	struct scratch *t = *state;
	struct store_outbreak row = outbreak(t, 1), other = outbreak(t, 2);
	struct store_outbreak_list list;
	REFUSES(NOT_FOUND, store_outbreak_update(t->s, &row));
	OK(store_outbreak_put(t->s, &row));
	OK(store_outbreak_list(t->s, page, &t->arena, &list));
	CHECK(list.n == 1 && is_scratch_same(&store_outbreak_record, &row, &list.v[0]));
	other.id = row.id;
	scratch_strip(&store_outbreak_record, &other);
	OK(store_outbreak_update(t->s, &other));
	OK(store_outbreak_list(t->s, page, &t->arena, &list));
	CHECK(list.n == 1 && is_scratch_same(&store_outbreak_record, &other, &list.v[0]));
}

static void one_of_a_fault_and_origin_is_open(void **state)
{
	struct scratch *t = *state;
	struct store_outbreak row = outbreak(t, 1), again = outbreak(t, 2);
	struct store_outbreak_list list;
	again.fault = row.fault;
	again.origin = row.origin;
	OK(store_outbreak_put(t->s, &row));
	REFUSES(CONFLICT, store_outbreak_put(t->s, &again));
	row.ended = 50;
	OK(store_outbreak_update(t->s, &row));
	OK(store_outbreak_put(t->s, &again));
	OK(store_outbreak_list_open(t->s, page, &t->arena, &list));
	CHECK(list.n == 1 && is_bytes_equal(list.v[0].id, again.id));
}

static void what_ended_long_ago_is_forgotten_and_what_is_open_is_not(void **state)
{
	struct scratch *t = *state;
	struct store_outbreak open = outbreak(t, 1), over = outbreak(t, 2), recent = outbreak(t, 3);
	struct store_outbreak_list list;
	over.ended = 49;
	recent.ended = 50;
	OK(store_outbreak_put(t->s, &open));
	OK(store_outbreak_put(t->s, &over));
	OK(store_outbreak_put(t->s, &recent));
	OK(store_outbreak_prune(t->s, 50));
	OK(store_outbreak_list(t->s, page, &t->arena, &list));
	CHECK(list.n == 2);
	for (size_t i = 0; i < list.n; i++)
		CHECK(!is_bytes_equal(list.v[i].id, over.id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(every_field_is_kept_and_changed),
		SCRATCH_TEST(one_of_a_fault_and_origin_is_open),
		SCRATCH_TEST(what_ended_long_ago_is_forgotten_and_what_is_open_is_not),
	};
	return RUN(tests);
}
