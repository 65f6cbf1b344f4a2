#include "store/store_refusal.h"

#include "store/scratch.h"

#define CAP 5

static struct store_refusal refusal(struct scratch *t, unsigned n)
{
	struct store_refusal row;
	scratch_fill(t, &store_refusal_record, &row, n);
	row.count = 1;
	row.first = n;
	row.last = n;
	return row;
}

static size_t listed(struct scratch *t)
{
	struct store_refusal_list list;
	OK(store_refusal_list(t->s, (struct store_page){ .limit = 99 }, &t->arena, &list));
	return list.n;
}

static void every_field_is_kept(void **state)
{
	struct scratch *t = *state;
	struct store_refusal row = refusal(t, 2), bare = refusal(t, 3), *got;
	scratch_strip(&store_refusal_record, &bare);
	REFUSES(NOT_FOUND, store_refusal_get(t->s, row.key, &t->arena, &got));
	OK(store_refusal_put(t->s, &row, CAP));
	OK(store_refusal_put(t->s, &bare, CAP));
	OK(store_refusal_get(t->s, row.key, &t->arena, &got));
	CHECK(is_scratch_same(&store_refusal_record, &row, got));
	OK(store_refusal_get(t->s, bare.key, &t->arena, &got));
	CHECK(is_scratch_same(&store_refusal_record, &bare, got));
}

static void the_same_key_again_counts_and_keeps_the_first_time(void **state)
{
	struct scratch *t = *state;
	struct store_refusal row = refusal(t, 2), again = refusal(t, 3), *got;
	again.key = row.key;
	again.count = 4;
	OK(store_refusal_put(t->s, &row, CAP));
	OK(store_refusal_put(t->s, &again, CAP));
	again.count = 5;
	again.first = row.first;
	OK(store_refusal_get(t->s, row.key, &t->arena, &got));
	CHECK(is_scratch_same(&store_refusal_record, &again, got));
	CHECK(listed(t) == 1);
}

static void above_the_cap_the_oldest_go(void **state)
{
	struct scratch *t = *state;
	struct store_refusal *got, row;
	for (unsigned i = 10; i < 30; i++) {
		row = refusal(t, i);
		OK(store_refusal_put(t->s, &row, CAP));
		CHECK(listed(t) <= CAP);
	}
	CHECK(listed(t) == CAP);
	REFUSES(NOT_FOUND, store_refusal_get(t->s, scratch_hash(t, 24), &t->arena, &got));
	OK(store_refusal_get(t->s, scratch_hash(t, 25), &t->arena, &got));
	row = refusal(t, 1); /* older than all others */
	OK(store_refusal_put(t->s, &row, 1));
	OK(store_refusal_get(t->s, row.key, &t->arena, &got));
	CHECK(listed(t) == 1);
	REFUSES(BUG, store_refusal_put(t->s, &row, 0));
}

static void lists_come_in_pages_without_evidence(void **state)
{
	struct scratch *t = *state;
	struct store_refusal_list list;
	struct store_page page = { .limit = 3 };
	size_t n = 0;
	for (unsigned i = 0; i < 10; i++) {
		struct store_refusal row = refusal(t, 10 + i);
		OK(store_refusal_put(t->s, &row, 99));
	}
	do {
		OK(store_refusal_list(t->s, page, &t->arena, &list));
		for (size_t i = 0; i < list.n; i++, n++) {
			CHECK(list.v[i].evidence.p == NULL && list.v[i].peer.n > 0);
			CHECK(!page.after.p || bytes_compare(page.after, list.v[i].key) < 0);
			page.after = list.v[i].key;
		}
	} while (list.n);
	CHECK(n == 10);
}

static void a_deleted_one_is_gone(void **state)
{
	struct scratch *t = *state;
	struct store_refusal row = refusal(t, 2);
	OK(store_refusal_put(t->s, &row, CAP));
	OK(store_refusal_delete(t->s, row.key));
	CHECK(listed(t) == 0);
	REFUSES(NOT_FOUND, store_refusal_delete(t->s, row.key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(every_field_is_kept),
		SCRATCH_TEST(the_same_key_again_counts_and_keeps_the_first_time),
		SCRATCH_TEST(above_the_cap_the_oldest_go),
		SCRATCH_TEST(lists_come_in_pages_without_evidence),
		SCRATCH_TEST(a_deleted_one_is_gone),
	};
	return RUN(tests);
}
