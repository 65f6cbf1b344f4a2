#include "store/store_contact.h"

#include "store/scratch.h"
#include "store/store_device.h"

static void the_last_contact_takes_the_place_of_the_one_before(void **state)
{
	struct scratch *t = *state;
	struct store_contact row = { scratch_put_device(t, 2), 100, BYTES_TEXT("1.0") }, *got;
	OK(store_contact_put(t->s, &row));
	row.seen = 200;
	row.agent = (struct bytes){ 0 };
	OK(store_contact_put(t->s, &row));
	OK(store_contact_find(t->s, row.device_id, &t->arena, &got));
	CHECK(got && is_scratch_same(&store_contact_record, &row, got));
}

static void a_device_was_last_seen_at_its_contact_or_its_enrolment_whichever_is_later(void **state)
{
	struct scratch *t = *state;
	struct store_device *d;
	struct store_contact row = { .device_id = scratch_put_device(t, 2) };
	OK(store_device_get(t->s, row.device_id, &t->arena, &d));
	const int64_t enrolled = d->last_seen;
	for (int64_t step = -1; step <= 1; step++) {
		row.seen = enrolled + step;
		OK(store_contact_put(t->s, &row));
		OK(store_device_get(t->s, row.device_id, &t->arena, &d));
		CHECK(d->last_seen == (step > 0 ? row.seen : enrolled));
	}
}

static void a_contact_of_no_device_is_dropped_and_one_goes_with_its_device(void **state)
{
	struct scratch *t = *state;
	struct store_contact row = { scratch_id(t, 9), 100, { 0 } }, *got;
	OK(store_contact_put(t->s, &row));
	OK(store_contact_find(t->s, row.device_id, &t->arena, &got));
	CHECK(got == NULL);
	row.device_id = scratch_put_device(t, 2);
	OK(store_contact_put(t->s, &row));
	OK(store_device_delete(t->s, row.device_id));
	OK(store_contact_find(t->s, row.device_id, &t->arena, &got));
	CHECK(got == NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(the_last_contact_takes_the_place_of_the_one_before),
		SCRATCH_TEST(a_device_was_last_seen_at_its_contact_or_its_enrolment_whichever_is_later),
		SCRATCH_TEST(a_contact_of_no_device_is_dropped_and_one_goes_with_its_device),
	};
	return RUN(tests);
}
