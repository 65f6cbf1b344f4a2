#include "store/store_evidence.h"

#include "store/scratch.h"

static struct store_evidence evidence(struct scratch *t, unsigned n, struct bytes device)
{
	struct store_evidence row;
	scratch_fill(t, &store_evidence_record, &row, n);
	row.device_id = device;
	row.created = n;
	return row;
}

static size_t kept(struct scratch *t, struct bytes device)
{
	struct store_evidence_list list;
	OK(store_evidence_list_by_device(t->s, device, (struct store_page){ .limit = 99 }, &t->arena, &list));
	return list.n;
}

static void what_is_put_is_what_get_gives(void **state)
{
	struct scratch *t = *state;
	struct store_evidence row = evidence(t, 5, scratch_put_device(t, 2)), *got;
	REFUSES(NOT_FOUND, store_evidence_get(t->s, row.digest, &t->arena, &got));
	OK(store_evidence_put(t->s, &row, 3));
	REFUSES(CONFLICT, store_evidence_put(t->s, &row, 3));
	OK(store_evidence_get(t->s, row.digest, &t->arena, &got));
	CHECK(is_scratch_same(&store_evidence_record, &row, got));
}

static void a_body_a_device_and_a_number_to_keep_are_needed(void **state)
{
	struct scratch *t = *state;
	struct store_evidence row = evidence(t, 5, scratch_id(t, 2));
	REFUSES(NOT_FOUND, store_evidence_put(t->s, &row, 3));
	row.device_id = scratch_put_device(t, 2);
	REFUSES(BUG, store_evidence_put(t->s, &row, 0));
	row.body = (struct bytes){ 0 };
	REFUSES(BUG, store_evidence_put(t->s, &row, 3));
	CHECK(kept(t, row.device_id) == 0);
}

static void the_latest_of_each_device_are_kept(void **state)
{
	struct scratch *t = *state;
	struct bytes a = scratch_put_device(t, 2), b = scratch_put_device(t, 3);
	struct store_evidence *got, row;
	for (unsigned i = 0; i < 10; i++) {
		row = evidence(t, 10 + i, a);
		OK(store_evidence_put(t->s, &row, 4));
		row = evidence(t, 50 + i, b);
		OK(store_evidence_put(t->s, &row, 20));
	}
	CHECK(kept(t, a) == 4);
	CHECK(kept(t, b) == 10);
	REFUSES(NOT_FOUND, store_evidence_get(t->s, scratch_hash(t, 15), &t->arena, &got));
	OK(store_evidence_get(t->s, scratch_hash(t, 16), &t->arena, &got));
}

static void the_one_just_put_stays_even_when_its_time_is_the_oldest(void **state)
{
	struct scratch *t = *state;
	struct bytes device = scratch_put_device(t, 2);
	struct store_evidence young = evidence(t, 90, device), old = evidence(t, 10, device), *got;
	OK(store_evidence_put(t->s, &young, 1));
	OK(store_evidence_put(t->s, &old, 1));
	OK(store_evidence_get(t->s, old.digest, &t->arena, &got));
	REFUSES(NOT_FOUND, store_evidence_get(t->s, young.digest, &t->arena, &got));
}

static void lists_come_in_pages_without_bodies(void **state)
{
	struct scratch *t = *state;
	struct bytes device = scratch_put_device(t, 2);
	struct store_evidence_list list;
	struct store_page page = { .limit = 2 };
	size_t n = 0;
	for (unsigned i = 0; i < 5; i++) {
		struct store_evidence row = evidence(t, 10 + i, device);
		OK(store_evidence_put(t->s, &row, 9));
	}
	do {
		OK(store_evidence_list_by_device(t->s, device, page, &t->arena, &list));
		for (size_t i = 0; i < list.n; i++, n++) {
			CHECK(list.v[i].body.p == NULL && list.v[i].snapshot.n == RECORD_HASH_SIZE);
			page.after = list.v[i].digest;
		}
	} while (list.n);
	CHECK(n == 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_get_gives),
		SCRATCH_TEST(a_body_a_device_and_a_number_to_keep_are_needed),
		SCRATCH_TEST(the_latest_of_each_device_are_kept),
		SCRATCH_TEST(the_one_just_put_stays_even_when_its_time_is_the_oldest),
		SCRATCH_TEST(lists_come_in_pages_without_bodies),
	};
	return RUN(tests);
}
