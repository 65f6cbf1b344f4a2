#include "store/store_verdict.h"

#include "store/scratch.h"

static struct store_verdict verdict(struct scratch *t, unsigned n, int64_t created)
{
	struct store_verdict row;
	scratch_fill(t, &store_verdict_record, &row, n);
	row.device_id = scratch_id(t, 1);
	row.created = created;
	return row;
}

static const struct store_verdict *latest(struct scratch *t, struct bytes device)
{
	struct store_verdict *row;
	OK(store_verdict_find_latest(t->s, device, &t->arena, &row));
	return row;
}

static void every_field_is_kept(void **state)
{
	struct scratch *t = *state;
	struct store_verdict row = verdict(t, 2, 10);
	OK(store_verdict_put(t->s, &row));
	REFUSES(CONFLICT, store_verdict_put(t->s, &row));
	CHECK(is_scratch_same(&store_verdict_record, &row, latest(t, row.device_id)));
}

static void one_without_a_device_is_kept_too(void **state)
{
	struct scratch *t = *state;
	struct store_verdict row = verdict(t, 2, 10);
	scratch_strip(&store_verdict_record, &row);
	OK(store_verdict_put(t->s, &row));
	REFUSES(CONFLICT, store_verdict_put(t->s, &row));
	CHECK(latest(t, scratch_id(t, 1)) == NULL);
}

static void the_latest_is_the_newest_then_the_one_with_the_greatest_id(void **state)
{
	struct scratch *t = *state;
	struct store_verdict old = verdict(t, 2, 10), older = verdict(t, 5, 5);
	struct store_verdict a = verdict(t, 3, 20), b = verdict(t, 4, 20);
	CHECK(latest(t, old.device_id) == NULL);
	OK(store_verdict_put(t->s, &old));
	OK(store_verdict_put(t->s, &a));
	OK(store_verdict_put(t->s, &b));
	OK(store_verdict_put(t->s, &older));
	struct bytes greatest = bytes_compare(a.id, b.id) > 0 ? a.id : b.id;
	CHECK(is_bytes_equal(latest(t, old.device_id)->id, greatest));
	CHECK(latest(t, scratch_id(t, 9)) == NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(every_field_is_kept),
		SCRATCH_TEST(one_without_a_device_is_kept_too),
		SCRATCH_TEST(the_latest_is_the_newest_then_the_one_with_the_greatest_id),
	};
	return RUN(tests);
}
