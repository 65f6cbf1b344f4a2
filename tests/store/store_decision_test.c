#include "store/store_decision.h"

#include "store/scratch.h"

static void decisions_of_a_device_are_listed_with_every_field(void **state)
{
	struct scratch *t = *state;
	struct store_decision rows[4];
	struct store_decision_list list;
	struct store_page page = { .limit = 1 };
	size_t n = 0;
	for (unsigned i = 0; i < 4; i++) {
		scratch_fill(t, &store_decision_record, &rows[i], 10 + i);
		rows[i].device_id = scratch_id(t, i == 3);
		OK(store_decision_put(t->s, &rows[i]));
		REFUSES(CONFLICT, store_decision_put(t->s, &rows[i]));
	}
	do {
		OK(store_decision_list_by_device(t->s, scratch_id(t, 0), page, &t->arena, &list));
		n += list.n;
		page.after = list.n ? list.v[0].id : page.after;
	} while (list.n);
	CHECK(n == 3);
	page = (struct store_page){ .limit = 9 };
	OK(store_decision_list_by_device(t->s, scratch_id(t, 1), page, &t->arena, &list));
	CHECK(list.n == 1);
	CHECK(is_scratch_same(&store_decision_record, &rows[3], &list.v[0]));
}

static void a_refused_stranger_has_a_decision_without_a_device(void **state)
{
	struct scratch *t = *state;
	struct store_decision row;
	struct store_decision_list list;
	struct store_page page = { .limit = 9 };
	scratch_fill(t, &store_decision_record, &row, 2);
	row.device_id = (struct bytes){ 0 };
	OK(store_decision_put(t->s, &row));
	OK(store_decision_list_by_device(t->s, scratch_id(t, 1), page, &t->arena, &list));
	CHECK(list.n == 0);
}

static void decisions_with_something_monitored_are_listed_with_their_device(void **state)
{
	struct scratch *t = *state;
	struct store_decision rows[3];
	struct store_decision_hit_list list;
	struct bytes device = scratch_put_device(t, 1);
	for (unsigned i = 0; i < COUNT_OF(rows); i++) {
		scratch_fill(t, &store_decision_record, &rows[i], 10 + i);
		rows[i].device_id = i ? scratch_id(t, 7) : device;
		if (i == 2)
			rows[i].monitored = (struct bytes){ 0 };
		OK(store_decision_put(t->s, &rows[i]));
	}
	OK(store_decision_hit_list(t->s, (struct store_page){ .limit = 9 }, &t->arena, &list));
	CHECK(list.n == 2);
	const struct store_decision_hit *known = &list.v[is_bytes_equal(list.v[0].id, rows[0].id) ? 0 : 1];
	const struct store_decision_hit *gone = &list.v[known == list.v];
	CHECK(is_bytes_equal(known->id, rows[0].id) && known->name.p && known->serial.p);
	CHECK(is_bytes_equal(known->monitored, rows[0].monitored) && known->created == rows[0].created);
	CHECK(is_bytes_equal(gone->id, rows[1].id) && !gone->name.p);
	const struct store_page rest = { .limit = 9, .after = list.v[1].id };
	OK(store_decision_hit_list(t->s, rest, &t->arena, &list));
	CHECK(list.n == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(decisions_with_something_monitored_are_listed_with_their_device),
		SCRATCH_TEST(decisions_of_a_device_are_listed_with_every_field),
		SCRATCH_TEST(a_refused_stranger_has_a_decision_without_a_device),
	};
	return RUN(tests);
}
