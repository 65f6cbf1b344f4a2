#include "store/store_failure.h"

#include "store/scratch.h"

/* Request n of that device, at that second. */
static struct store_failure failure(struct scratch *t, unsigned n, unsigned device, int64_t time)
{
	struct store_failure row;
	scratch_fill(t, &store_failure_record, &row, n);
	row.device = scratch_hash(t, device);
	row.time = time;
	row.fault = BYTES_TEXT("EK_CHAIN_EXPIRED");
	row.maker = BYTES_TEXT("IFX");
	row.issuer = BYTES_TEXT("CN=A");
	return row;
}

static void put(struct scratch *t, const struct store_failure *row)
{
	OK(store_failure_put(t->s, row));
}

static struct store_failure_sum_list sums(struct scratch *t, int64_t since, enum store_failure_by by)
{
	struct store_failure_sum_list list;
	const struct store_failure_span span = { .since = since, .by = by, .limit = 50 };
	OK(store_failure_sum(t->s, &span, &t->arena, &list));
	return list;
}

static void every_field_is_kept(void **state)
{
	struct scratch *t = *state;
	struct store_failure row = failure(t, 1, 1, 5), bare = failure(t, 2, 2, 6), *got;
	scratch_strip(&store_failure_record, &bare);
	put(t, &row);
	put(t, &bare);
	REFUSES(CONFLICT, store_failure_put(t->s, &row));
	OK(store_failure_find(t->s, row.request_id, &t->arena, &got));
	CHECK(got && is_scratch_same(&store_failure_record, &row, got));
	OK(store_failure_find(t->s, bare.request_id, &t->arena, &got));
	CHECK(got && is_scratch_same(&store_failure_record, &bare, got));
	OK(store_failure_find(t->s, scratch_id(t, 3), &t->arena, &got));
	CHECK(got == NULL);
}

static void attempts_are_counted_and_devices_once(void **state)
{
	struct scratch *t = *state;
	for (unsigned i = 0; i < 7; i++) {
		struct store_failure row = failure(t, i, i < 5 ? 1 : 2, 100 + i);
		put(t, &row);
	}
	struct store_failure_sum_list list = sums(t, 0, STORE_FAILURE_BY_CAUSE);
	CHECK(list.n == 1 && !list.v[0].name.p && list.v[0].devices == 2 && list.v[0].count == 7);
	CHECK(list.v[0].first == 100 && list.v[0].last == 106);
	list = sums(t, 105, STORE_FAILURE_BY_CAUSE);
	CHECK(list.n == 1 && list.v[0].devices == 1 && list.v[0].count == 2);
	CHECK(sums(t, 107, STORE_FAILURE_BY_CAUSE).n == 0);
}

static void each_way_of_counting_goes_by_its_own_field(void **state)
{
	struct scratch *t = *state;
	struct store_failure a = failure(t, 1, 1, 1), b = failure(t, 2, 2, 2), bare = failure(t, 3, 3, 3);
	b.maker = (struct bytes){ 0 };
	scratch_strip(&store_failure_record, &bare);
	put(t, &a);
	put(t, &b);
	put(t, &bare);
	const struct {
		enum store_failure_by by;
		struct bytes name;
	} ways[] = {
		{ STORE_FAILURE_BY_MAKER, a.maker },     { STORE_FAILURE_BY_ISSUER, a.issuer },
		{ STORE_FAILURE_BY_PROFILE, a.profile }, { STORE_FAILURE_BY_MODEL, a.model },
		{ STORE_FAILURE_BY_ORIGIN, a.maker },    { STORE_FAILURE_BY_ORIGIN, b.issuer },
		{ STORE_FAILURE_BY_ORIGIN, { 0 } },
	};
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		const struct store_failure_span span = { .by = ways[i].by, .limit = 1 };
		const struct store_failure_sum of = { .name = ways[i].name, .fault = a.fault };
		struct store_failure_sum *sum;
		OK(store_failure_find_sum(t->s, &span, &of, &t->arena, &sum));
		CHECK(sum && is_bytes_equal(sum->name, ways[i].name) && sum->devices >= 1);
	}
	CHECK(sums(t, 0, STORE_FAILURE_BY_ORIGIN).n == 3);
	CHECK(sums(t, 0, STORE_FAILURE_BY_ISSUER).n == 2);
}

static void the_groups_of_most_devices_come_first(void **state)
{
	struct scratch *t = *state;
	for (unsigned i = 0; i < 6; i++) {
		struct store_failure row = failure(t, i, i, i);
		row.maker = i < 2 ? BYTES_TEXT("STM") : BYTES_TEXT("IFX");
		put(t, &row);
	}
	struct store_failure_sum_list list = sums(t, 0, STORE_FAILURE_BY_MAKER);
	CHECK(list.n == 2 && is_bytes_text(list.v[0].name, "IFX") && list.v[0].devices == 4);
	const struct store_failure_span one = { .by = STORE_FAILURE_BY_MAKER, .limit = 1 };
	OK(store_failure_sum(t->s, &one, &t->arena, &list));
	CHECK(list.n == 1 && is_bytes_text(list.v[0].name, "IFX"));
}

static void the_issuer_of_most_devices_is_found(void **state)
{
	struct scratch *t = *state;
	struct store_failure_sum *issuer;
	const struct store_failure_sum of = { .name = BYTES_TEXT("IFX"),
					      .fault = BYTES_TEXT("EK_CHAIN_EXPIRED") };
	for (unsigned i = 0; i < 5; i++) {
		struct store_failure row = failure(t, i, i, i);
		row.issuer = i < 2 ? BYTES_TEXT("CN=A") : BYTES_TEXT("CN=B");
		put(t, &row);
	}
	OK(store_failure_find_issuer(t->s, 0, &of, &t->arena, &issuer));
	CHECK(issuer && is_bytes_text(issuer->name, "CN=B") && issuer->devices == 3);
	OK(store_failure_find_issuer(t->s, 5, &of, &t->arena, &issuer));
	CHECK(issuer == NULL);
}

static void slots_say_when_it_was(void **state)
{
	struct scratch *t = *state;
	static const int64_t times[] = { 100, 109, 110, 139 };
	const struct store_failure_span span = { 100, STORE_FAILURE_BY_CAUSE, 1, 10 };
	const struct store_failure_span none = { 100, STORE_FAILURE_BY_CAUSE, 1, 0 };
	const struct store_failure_sum of = { .fault = BYTES_TEXT("EK_CHAIN_EXPIRED") };
	struct store_failure_slot_list list;
	for (unsigned i = 0; i < COUNT_OF(times); i++) {
		struct store_failure row = failure(t, i, i, times[i]);
		put(t, &row);
	}
	OK(store_failure_list_slots(t->s, &span, &of, &t->arena, &list));
	CHECK(list.n == 3 && list.v[0].slot == 0 && list.v[0].count == 2);
	CHECK(list.v[1].slot == 1 && list.v[2].slot == 3 && list.v[2].count == 1);
	REFUSES(BUG, store_failure_list_slots(t->s, &none, &of, &t->arena, &list));
}

static void the_old_and_those_above_the_ceiling_go_the_oldest_first(void **state)
{
	struct scratch *t = *state;
	struct store_failure *got;
	for (unsigned i = 0; i < 10; i++) {
		struct store_failure row = failure(t, i, i, 10 + i);
		put(t, &row);
	}
	OK(store_failure_prune(t->s, 12, 100));
	CHECK(sums(t, 0, STORE_FAILURE_BY_CAUSE).v[0].count == 8);
	OK(store_failure_prune(t->s, 0, 3));
	struct store_failure_sum left = sums(t, 0, STORE_FAILURE_BY_CAUSE).v[0];
	CHECK(left.count == 3 && left.first == 17);
	OK(store_failure_find(t->s, scratch_id(t, 0), &t->arena, &got));
	CHECK(got == NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(every_field_is_kept),
		SCRATCH_TEST(attempts_are_counted_and_devices_once),
		SCRATCH_TEST(each_way_of_counting_goes_by_its_own_field),
		SCRATCH_TEST(the_groups_of_most_devices_come_first),
		SCRATCH_TEST(the_issuer_of_most_devices_is_found),
		SCRATCH_TEST(slots_say_when_it_was),
		SCRATCH_TEST(the_old_and_those_above_the_ceiling_go_the_oldest_first),
	};
	return RUN(tests);
}
