#include "store/store_conflict.h"

#include "store/scratch.h"

#define CAP 5

static struct store_conflict conflict(struct scratch *t, unsigned n)
{
	struct store_conflict row;
	scratch_fill(t, &store_conflict_record, &row, n);
	row.state = STORE_CONFLICT_OPEN;
	row.count = 1;
	row.first = n;
	row.last = n;
	return row;
}

static size_t listed(struct scratch *t)
{
	struct store_conflict_list list;
	OK(store_conflict_list(t->s, (struct store_page){ .limit = 99 }, &t->arena, &list));
	return list.n;
}

static fault decide(struct scratch *t, struct bytes id, enum store_conflict_state state)
{
	const struct store_conflict row = {
		.id = id, .state = state, .decided = 99, .actor = BYTES_TEXT("root")
	};
	return store_conflict_decide(t->s, &row);
}

static void every_field_is_kept(void **state)
{
	struct scratch *t = *state;
	struct store_conflict row = conflict(t, 2), bare = conflict(t, 3), *got;
	struct bytes device = bare.device_id;
	scratch_strip(&store_conflict_record, &bare);
	bare.device_id = device;
	REFUSES(NOT_FOUND, store_conflict_get(t->s, row.id, &t->arena, &got));
	OK(store_conflict_put(t->s, &row, CAP));
	OK(store_conflict_put(t->s, &bare, CAP));
	OK(store_conflict_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_conflict_record, &row, got));
	OK(store_conflict_get(t->s, bare.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_conflict_record, &bare, got));
}

static void the_same_claim_again_counts_and_stays_one(void **state)
{
	struct scratch *t = *state;
	struct store_conflict row = conflict(t, 2), again = conflict(t, 3), *got;
	again.key = row.key;
	again.count = 4;
	OK(store_conflict_put(t->s, &row, CAP));
	OK(store_conflict_put(t->s, &again, CAP));
	OK(store_conflict_get(t->s, row.id, &t->arena, &got));
	CHECK(got->count == 5 && got->first == row.first && got->last == again.last);
	CHECK(is_bytes_equal(got->evidence, again.evidence));
	CHECK(listed(t) == 1);
}

static void a_claim_is_decided_once(void **state)
{
	struct scratch *t = *state;
	struct store_conflict row = conflict(t, 2), *got;
	REFUSES(NOT_FOUND, decide(t, row.id, STORE_CONFLICT_APPROVED));
	OK(store_conflict_put(t->s, &row, CAP));
	OK(decide(t, row.id, STORE_CONFLICT_APPROVED));
	REFUSES(CONFLICT, decide(t, row.id, STORE_CONFLICT_RETIRED));
	OK(store_conflict_get(t->s, row.id, &t->arena, &got));
	CHECK(got->state == STORE_CONFLICT_APPROVED && got->decided == 99);
	CHECK(is_bytes_text(got->actor, "root"));
}

static void a_settled_claim_that_comes_again_is_open_and_a_retired_one_stays_out(void **state)
{
	struct scratch *t = *state;
	struct store_conflict settled = conflict(t, 2), retired = conflict(t, 3), *got;
	OK(store_conflict_put(t->s, &settled, CAP));
	OK(store_conflict_put(t->s, &retired, CAP));
	OK(decide(t, settled.id, STORE_CONFLICT_REPLACED));
	OK(decide(t, retired.id, STORE_CONFLICT_RETIRED));
	OK(store_conflict_put(t->s, &settled, CAP));
	OK(store_conflict_put(t->s, &retired, CAP));
	OK(store_conflict_get(t->s, settled.id, &t->arena, &got));
	CHECK(got->state == STORE_CONFLICT_OPEN);
	OK(store_conflict_get(t->s, retired.id, &t->arena, &got));
	CHECK(got->state == STORE_CONFLICT_RETIRED && got->count == 2);
}

static void above_the_cap_the_oldest_go(void **state)
{
	struct scratch *t = *state;
	struct store_conflict *got, row;
	for (unsigned i = 10; i < 30; i++) {
		row = conflict(t, i);
		OK(store_conflict_put(t->s, &row, CAP));
		CHECK(listed(t) <= CAP);
		OK(store_conflict_get(t->s, row.id, &t->arena, &got));
	}
	row = conflict(t, 10);
	REFUSES(NOT_FOUND, store_conflict_get(t->s, row.id, &t->arena, &got));
}

static void a_claim_of_nothing_is_a_bug(void **state)
{
	struct scratch *t = *state;
	struct store_conflict row = conflict(t, 2);
	row.device_id = row.registration = (struct bytes){ 0 };
	REFUSES(BUG, store_conflict_put(t->s, &row, CAP));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(every_field_is_kept),
		SCRATCH_TEST(the_same_claim_again_counts_and_stays_one),
		SCRATCH_TEST(a_claim_is_decided_once),
		SCRATCH_TEST(a_settled_claim_that_comes_again_is_open_and_a_retired_one_stays_out),
		SCRATCH_TEST(above_the_cap_the_oldest_go),
		SCRATCH_TEST(a_claim_of_nothing_is_a_bug),
	};
	return RUN(tests);
}
