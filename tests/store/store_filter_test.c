#include "store/store_filter.h"

#include "store/scratch.h"

static struct store_filter filter(struct scratch *t, unsigned n)
{
	struct store_filter row;
	scratch_fill(t, &store_filter_record, &row, n);
	return row;
}

static void what_is_put_is_what_get_find_and_list_give(void **state)
{
	struct scratch *t = *state;
	struct store_filter row = filter(t, 2), *got;
	struct store_filter_list list;
	uint64_t count;
	OK(store_filter_put(t->s, &row));
	OK(store_filter_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_filter_record, &row, got));
	OK(store_filter_find_by_name(t->s, row.name, &t->arena, &got));
	CHECK(got && is_scratch_same(&store_filter_record, &row, got));
	OK(store_filter_list(t->s, (struct store_page){ .limit = 9 }, &t->arena, &list));
	CHECK(list.n == 1 && is_scratch_same(&store_filter_record, &row, &list.v[0]));
	OK(store_filter_count(t->s, &count));
	CHECK(count == 1);
	OK(store_filter_find_by_name(t->s, BYTES_TEXT("another"), &t->arena, &got));
	CHECK(!got);
}

static void a_name_is_taken_once(void **state)
{
	struct scratch *t = *state;
	struct store_filter row = filter(t, 2), other = filter(t, 3), *got;
	OK(store_filter_put(t->s, &row));
	struct bytes name = other.name;
	other.name = row.name;
	REFUSES(CONFLICT, store_filter_put(t->s, &other));
	other.name = name;
	OK(store_filter_put(t->s, &other));
	other.name = row.name;
	REFUSES(CONFLICT, store_filter_update(t->s, &other));
	other.name = BYTES_TEXT("renamed");
	OK(store_filter_update(t->s, &other));
	OK(store_filter_get(t->s, other.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_filter_record, &other, got));
}

static void what_is_not_there_is_neither_given_nor_changed_nor_deleted(void **state)
{
	struct scratch *t = *state;
	struct store_filter row = filter(t, 2), *got;
	REFUSES(NOT_FOUND, store_filter_get(t->s, row.id, &t->arena, &got));
	REFUSES(NOT_FOUND, store_filter_update(t->s, &row));
	REFUSES(NOT_FOUND, store_filter_delete(t->s, row.id));
	OK(store_filter_put(t->s, &row));
	OK(store_filter_delete(t->s, row.id));
	REFUSES(NOT_FOUND, store_filter_get(t->s, row.id, &t->arena, &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_get_find_and_list_give),
		SCRATCH_TEST(a_name_is_taken_once),
		SCRATCH_TEST(what_is_not_there_is_neither_given_nor_changed_nor_deleted),
	};
	return RUN(tests);
}
