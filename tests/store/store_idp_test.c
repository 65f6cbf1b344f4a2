#include "store/store_idp.h"

#include "store/scratch.h"

static struct store_idp provider(struct scratch *t, unsigned n)
{
	struct store_idp row;
	scratch_fill(t, &store_idp_record, &row, n);
	row.profile = scratch_profile(t);
	row.next = n;
	return row;
}

static void every_field_is_kept_and_changed(void **state)
{
	struct scratch *t = *state;
	struct store_idp row = provider(t, 2), bare = provider(t, 3), *got;
	scratch_strip(&store_idp_record, &bare);
	REFUSES(NOT_FOUND, store_idp_get(t->s, row.id, &t->arena, &got));
	REFUSES(NOT_FOUND, store_idp_update(t->s, &row));
	OK(store_idp_put(t->s, &row));
	OK(store_idp_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_idp_record, &row, got));
	bare.id = row.id;
	OK(store_idp_update(t->s, &bare));
	OK(store_idp_find_by_name(t->s, bare.name, &t->arena, &got));
	CHECK(got && is_scratch_same(&store_idp_record, &bare, got));
	OK(store_idp_delete(t->s, row.id));
	OK(store_idp_find(t->s, row.id, &t->arena, &got));
	CHECK(got == NULL);
	REFUSES(NOT_FOUND, store_idp_delete(t->s, row.id));
}

static void issuer_and_name_are_unique(void **state)
{
	struct scratch *t = *state;
	struct store_idp row = provider(t, 2), same = provider(t, 3);
	OK(store_idp_put(t->s, &row));
	REFUSES(CONFLICT, store_idp_put(t->s, &row));
	same.name = row.name;
	REFUSES(CONFLICT, store_idp_put(t->s, &same));
	same = provider(t, 3);
	OK(store_idp_put(t->s, &same));
	same.name = row.name;
	REFUSES(CONFLICT, store_idp_update(t->s, &same));
}

static void there_are_no_more_than_a_snapshot_holds(void **state)
{
	struct scratch *t = *state;
	struct store_idp_list list;
	for (unsigned i = 0; i <= STORE_IDP_MAX; i++) {
		struct store_idp row = provider(t, 10 + i);
		fault why = store_idp_put(t->s, &row);
		CHECK(why == (i < STORE_IDP_MAX ? NULL : FAIL(IDP_LIMIT)));
	}
	OK(store_idp_list(t->s, &t->arena, &list));
	assert_int_equal(list.n, STORE_IDP_MAX);
	for (size_t i = 1; i < list.n; i++)
		CHECK(bytes_compare(list.v[i - 1].id, list.v[i].id) < 0);
}

static void the_one_that_has_waited_longest_is_due(void **state)
{
	struct scratch *t = *state;
	struct store_idp rows[] = { provider(t, 30), provider(t, 20), provider(t, 40) }, *got;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		OK(store_idp_put(t->s, &rows[i]));
	OK(store_idp_find_due(t->s, 19, &t->arena, &got));
	CHECK(got == NULL);
	OK(store_idp_find_due(t->s, 35, &t->arena, &got));
	CHECK(got && is_bytes_equal(got->id, rows[1].id));
}

static void a_token_counts_once_until_it_is_forgotten(void **state)
{
	struct scratch *t = *state;
	struct bytes digest = scratch_hash(t, 5), other = scratch_hash(t, 6);
	bool is_counted = false;
	uint64_t uses;
	OK(store_idp_use(t->s, digest, 100, &is_counted));
	CHECK(is_counted);
	OK(store_idp_use(t->s, digest, 100, &is_counted));
	CHECK(!is_counted);
	OK(store_idp_use(t->s, other, 200, &is_counted));
	CHECK(is_counted);
	OK(store_idp_prune_uses(t->s, 150));
	OK(store_idp_count_uses(t->s, digest, &uses));
	CHECK(uses == 0);
	OK(store_idp_count_uses(t->s, other, &uses));
	CHECK(uses == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(every_field_is_kept_and_changed),
		SCRATCH_TEST(issuer_and_name_are_unique),
		SCRATCH_TEST(there_are_no_more_than_a_snapshot_holds),
		SCRATCH_TEST(the_one_that_has_waited_longest_is_due),
		SCRATCH_TEST(a_token_counts_once_until_it_is_forgotten),
	};
	return RUN(tests);
}
