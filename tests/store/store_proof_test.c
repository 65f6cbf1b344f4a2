#include "store/store_proof.h"

#include "store/scratch.h"
#include "store/store_device.h"

static struct store_proof one_of(struct bytes device_id)
{
	return (struct store_proof){ .device_id = device_id, .attested = 100, .tried = 100, .purpose = 1 };
}

static void the_last_try_takes_the_place_of_the_one_before(void **state)
{
	struct scratch *t = *state;
	struct store_proof row = one_of(scratch_put_device(t, 2)), *got;
	OK(store_proof_put(t->s, &row));
	row.tried = 200;
	row.purpose = 2;
	row.fault = BYTES_TEXT("QUOTE_PCR");
	row.before = 100;
	row.meanings = 3;
	row.starts = 4;
	row.sleeps = 5;
	row.story = BYTES_TEXT("started 4 times");
	row.firmware_top = 7;
	OK(store_proof_put(t->s, &row));
	OK(store_proof_find(t->s, row.device_id, &t->arena, &got));
	CHECK(got && is_scratch_same(&store_proof_record, &row, got));
}

static void a_device_that_never_tried_has_none_and_one_goes_with_its_device(void **state)
{
	struct scratch *t = *state;
	struct store_proof row = one_of(scratch_put_device(t, 2)), *got;
	OK(store_proof_find(t->s, row.device_id, &t->arena, &got));
	CHECK(got == NULL);
	OK(store_proof_put(t->s, &row));
	OK(store_device_delete(t->s, row.device_id));
	OK(store_proof_find(t->s, row.device_id, &t->arena, &got));
	CHECK(got == NULL);
}

static void a_proof_of_no_device_is_a_conflict(void **state)
{
	struct scratch *t = *state;
	const struct store_proof row = one_of(scratch_id(t, 9));
	REFUSES(CONFLICT, store_proof_put(t->s, &row));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(the_last_try_takes_the_place_of_the_one_before),
		SCRATCH_TEST(a_device_that_never_tried_has_none_and_one_goes_with_its_device),
		SCRATCH_TEST(a_proof_of_no_device_is_a_conflict),
	};
	return RUN(tests);
}
