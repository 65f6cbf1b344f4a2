#include "store/store_appraisal.h"

#include "store/scratch.h"
#include "store/store_device.h"

static struct store_appraisal appraisal(struct scratch *t, unsigned n, int64_t due)
{
	return (struct store_appraisal){
		.device_id = scratch_put_device(t, n), .state = 3, .since = 100, .due = due
	};
}

static void the_last_finding_takes_the_place_of_the_one_before(void **state)
{
	struct scratch *t = *state;
	struct store_appraisal row = appraisal(t, 2, 0), *got;
	uint64_t count;
	OK(store_appraisal_find(t->s, row.device_id, &t->arena, &got));
	CHECK(got == NULL);
	OK(store_appraisal_put(t->s, &row));
	row.state = 1;
	row.since = 200;
	row.reasons = BYTES_TEXT("DEVICE_SILENT");
	row.firmware_since = 150;
	row.held = 1;
	row.due = 300;
	OK(store_appraisal_put(t->s, &row));
	OK(store_appraisal_find(t->s, row.device_id, &t->arena, &got));
	CHECK(got && is_scratch_same(&store_appraisal_record, &row, got));
	OK(store_appraisal_count(t->s, 1, &count));
	CHECK(count == 1);
	OK(store_appraisal_count(t->s, 3, &count));
	CHECK(count == 0);
}

static void those_that_are_due_come_in_order_and_no_others(void **state)
{
	struct scratch *t = *state;
	struct store_appraisal rows[] = { appraisal(t, 2, 500), appraisal(t, 3, 400), appraisal(t, 4, 501),
					  appraisal(t, 5, 0) };
	struct store_appraisal_list list;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		OK(store_appraisal_put(t->s, &rows[i]));
	OK(store_appraisal_list_due(t->s, 500, 9, &t->arena, &list));
	CHECK(list.n == 2);
	CHECK(is_bytes_equal(list.v[0].device_id, rows[1].device_id));
	CHECK(is_bytes_equal(list.v[1].device_id, rows[0].device_id));
	OK(store_appraisal_list_due(t->s, 500, 1, &t->arena, &list));
	CHECK(list.n == 1);
	OK(store_appraisal_spoil(t->s));
	OK(store_appraisal_list_due(t->s, 500, 9, &t->arena, &list));
	CHECK(list.n == 4);
}

static void one_goes_with_its_device_and_a_retired_one_is_left_alone(void **state)
{
	struct scratch *t = *state;
	struct store_appraisal row = appraisal(t, 2, 1), gone = appraisal(t, 3, 1), *got;
	struct store_appraisal_list list;
	struct store_device *d;
	uint64_t count;
	OK(store_appraisal_put(t->s, &row));
	OK(store_appraisal_put(t->s, &gone));
	OK(store_device_delete(t->s, gone.device_id));
	OK(store_appraisal_find(t->s, gone.device_id, &t->arena, &got));
	CHECK(got == NULL);
	REFUSES(CONFLICT, store_appraisal_put(t->s, &gone));
	OK(store_device_get(t->s, row.device_id, &t->arena, &d));
	d->state = STORE_DEVICE_RETIRED;
	OK(store_device_update(t->s, d));
	OK(store_appraisal_list_due(t->s, 500, 9, &t->arena, &list));
	CHECK(list.n == 0);
	OK(store_appraisal_find(t->s, row.device_id, &t->arena, &got));
	OK(store_appraisal_count(t->s, row.state, &count));
	CHECK(got == NULL && count == 0);
}

static void a_new_device_was_never_looked_at(void **state)
{
	struct scratch *t = *state;
	struct store_appraisal *got;
	uint64_t count;
	struct bytes id = scratch_put_device(t, 2);
	OK(store_appraisal_find(t->s, id, &t->arena, &got));
	OK(store_appraisal_count(t->s, 0, &count));
	CHECK(got == NULL && count == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(the_last_finding_takes_the_place_of_the_one_before),
		SCRATCH_TEST(those_that_are_due_come_in_order_and_no_others),
		SCRATCH_TEST(a_new_device_was_never_looked_at),
		SCRATCH_TEST(one_goes_with_its_device_and_a_retired_one_is_left_alone),
	};
	return RUN(tests);
}
