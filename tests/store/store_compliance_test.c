#include "store/store_compliance.h"

#include "store/scratch.h"
#include "store/store_filter.h"

static struct store_compliance policy(struct scratch *t, unsigned n)
{
	struct store_compliance row;
	scratch_fill(t, &store_compliance_record, &row, n);
	row.filter_id = (struct bytes){ 0 };
	row.is_default = 0;
	return row;
}

static void what_is_put_is_what_get_and_list_give(void **state)
{
	struct scratch *t = *state;
	struct store_filter filter;
	struct store_compliance row = policy(t, 2), bare = policy(t, 3), *got;
	struct store_compliance_list list;
	scratch_fill(t, &store_filter_record, &filter, 9);
	row.filter_id = filter.id;
	REFUSES(NOT_FOUND, store_compliance_put(t->s, &row));
	OK(store_filter_put(t->s, &filter));
	scratch_strip(&store_compliance_record, &bare);
	OK(store_compliance_put(t->s, &row));
	OK(store_compliance_put(t->s, &bare));
	OK(store_compliance_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_compliance_record, &row, got));
	OK(store_compliance_list(t->s, 9, &t->arena, &list));
	CHECK(list.n == 2);
	REFUSES(IN_USE, store_filter_delete(t->s, filter.id));
	OK(store_compliance_delete(t->s, row.id));
	OK(store_filter_delete(t->s, filter.id));
	REFUSES(NOT_FOUND, store_compliance_get(t->s, row.id, &t->arena, &got));
}

static void the_default_is_listed_last(void **state)
{
	struct scratch *t = *state;
	struct store_compliance first = policy(t, 2), other = policy(t, 3);
	struct store_compliance_list list;
	first.is_default = 1;
	OK(store_compliance_put(t->s, &first));
	OK(store_compliance_put(t->s, &other));
	OK(store_compliance_list(t->s, 9, &t->arena, &list));
	CHECK(list.n == 2 && is_bytes_equal(list.v[1].id, first.id));
}

static void a_name_is_taken_once_and_a_change_is_whole(void **state)
{
	struct scratch *t = *state;
	struct store_compliance row = policy(t, 2), other = policy(t, 3), *got;
	struct bytes name = other.name;
	OK(store_compliance_put(t->s, &row));
	other.name = row.name;
	REFUSES(CONFLICT, store_compliance_put(t->s, &other));
	other.name = name;
	OK(store_compliance_put(t->s, &other));
	other.id = row.id;
	REFUSES(CONFLICT, store_compliance_update(t->s, &other));
	other.name = row.name;
	OK(store_compliance_update(t->s, &other));
	OK(store_compliance_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_compliance_record, &other, got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_get_and_list_give),
		SCRATCH_TEST(the_default_is_listed_last),
		SCRATCH_TEST(a_name_is_taken_once_and_a_change_is_whole),
	};
	return RUN(tests);
}
