#include "store/store_restriction.h"

#include "store/scratch.h"
#include "store/store_filter.h"

static struct store_restriction restriction(struct scratch *t, unsigned n)
{
	struct store_restriction row;
	scratch_fill(t, &store_restriction_record, &row, n);
	row.filter_id = (struct bytes){ 0 };
	row.is_default = 0;
	return row;
}

static void what_is_put_is_what_get_and_list_give(void **state)
{
	struct scratch *t = *state;
	struct store_filter filter;
	struct store_restriction row = restriction(t, 2), bare = restriction(t, 3), *got;
	struct store_restriction_list list;
	scratch_fill(t, &store_filter_record, &filter, 9);
	row.filter_id = filter.id;
	REFUSES(NOT_FOUND, store_restriction_put(t->s, &row));
	OK(store_filter_put(t->s, &filter));
	scratch_strip(&store_restriction_record, &bare);
	OK(store_restriction_put(t->s, &row));
	OK(store_restriction_put(t->s, &bare));
	OK(store_restriction_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_restriction_record, &row, got));
	OK(store_restriction_list(t->s, 9, &t->arena, &list));
	CHECK(list.n == 2 && is_scratch_same(&store_restriction_record, &bare, &list.v[1]));
	REFUSES(IN_USE, store_filter_delete(t->s, filter.id));
	OK(store_restriction_delete(t->s, row.id));
	OK(store_filter_delete(t->s, filter.id));
}

static void they_are_listed_by_priority_and_the_default_last(void **state)
{
	struct scratch *t = *state;
	struct store_restriction rows[] = { restriction(t, 4), restriction(t, 5), restriction(t, 6) };
	struct store_restriction_list list;
	rows[0].is_default = 1;
	rows[0].priority = 0;
	rows[1].priority = 2;
	rows[2].priority = 1;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		OK(store_restriction_put(t->s, &rows[i]));
	OK(store_restriction_list(t->s, 9, &t->arena, &list));
	CHECK(list.n == 3);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK(is_bytes_equal(list.v[i].id, rows[2 - i].id));
	OK(store_restriction_list(t->s, 2, &t->arena, &list));
	CHECK(list.n == 2);
}

static void a_name_is_taken_once(void **state)
{
	struct scratch *t = *state;
	struct store_restriction row = restriction(t, 2), other = restriction(t, 3), *got;
	struct bytes name = other.name;
	OK(store_restriction_put(t->s, &row));
	other.name = row.name;
	REFUSES(CONFLICT, store_restriction_put(t->s, &other));
	other.name = name;
	OK(store_restriction_put(t->s, &other));
	other.name = row.name;
	REFUSES(CONFLICT, store_restriction_update(t->s, &other));
	other.name = BYTES_TEXT("renamed");
	OK(store_restriction_update(t->s, &other));
	OK(store_restriction_get(t->s, other.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_restriction_record, &other, got));
}

static void what_is_not_there_is_neither_given_nor_changed_nor_deleted(void **state)
{
	struct scratch *t = *state;
	struct store_restriction row = restriction(t, 2), *got;
	REFUSES(NOT_FOUND, store_restriction_get(t->s, row.id, &t->arena, &got));
	REFUSES(NOT_FOUND, store_restriction_update(t->s, &row));
	REFUSES(NOT_FOUND, store_restriction_delete(t->s, row.id));
	OK(store_restriction_put(t->s, &row));
	OK(store_restriction_delete(t->s, row.id));
	REFUSES(NOT_FOUND, store_restriction_get(t->s, row.id, &t->arena, &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_get_and_list_give),
		SCRATCH_TEST(they_are_listed_by_priority_and_the_default_last),
		SCRATCH_TEST(a_name_is_taken_once),
		SCRATCH_TEST(what_is_not_there_is_neither_given_nor_changed_nor_deleted),
	};
	return RUN(tests);
}
