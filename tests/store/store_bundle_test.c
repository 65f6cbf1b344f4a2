#include "store/store_bundle.h"

#include "store/scratch.h"
#include "store/store_device.h"

static struct store_bundle bundle(struct scratch *t, unsigned device, int64_t created)
{
	return (struct store_bundle){ scratch_id(t, device), scratch_id(t, 40), created, BYTES_TEXT("MSCF") };
}

static void the_latest_takes_the_place_of_the_one_before(void **state)
{
	struct scratch *t = *state;
	struct store_bundle row = bundle(t, 2, 100), *got;
	REFUSES(CONFLICT, store_bundle_put(t->s, &row));
	REFUSES(NOT_FOUND, store_bundle_get(t->s, row.device_id, &t->arena, &got));
	scratch_put_device(t, 2);
	OK(store_bundle_put(t->s, &row));
	row.command = scratch_id(t, 41);
	row.body = BYTES_TEXT("MSCF again");
	OK(store_bundle_put(t->s, &row));
	OK(store_bundle_get(t->s, row.device_id, &t->arena, &got));
	CHECK(is_scratch_same(&store_bundle_record, &row, got));
	OK(store_device_delete(t->s, row.device_id));
	REFUSES(NOT_FOUND, store_bundle_get(t->s, row.device_id, &t->arena, &got));
}

static void the_newest_are_kept(void **state)
{
	struct scratch *t = *state;
	struct store_bundle *got;
	for (unsigned n = 2; n < 6; n++) {
		scratch_put_device(t, n);
		const struct store_bundle row = bundle(t, n, 100 + n);
		OK(store_bundle_put(t->s, &row));
	}
	OK(store_bundle_prune(t->s, 2));
	REFUSES(NOT_FOUND, store_bundle_get(t->s, scratch_id(t, 3), &t->arena, &got));
	OK(store_bundle_get(t->s, scratch_id(t, 4), &t->arena, &got));
	OK(store_bundle_get(t->s, scratch_id(t, 5), &t->arena, &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(the_latest_takes_the_place_of_the_one_before),
		SCRATCH_TEST(the_newest_are_kept),
	};
	return RUN(tests);
}
