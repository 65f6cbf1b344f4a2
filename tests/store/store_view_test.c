#include "store/store_view.h"

#include "store/scratch.h"
#include "store/store_account.h"

/* Two views of accounts that there are. */
static void fill(struct scratch *t, struct store_view rows[2])
{
	for (unsigned i = 0; i < 2; i++) {
		struct store_account owner;
		scratch_fill(t, &store_account_record, &owner, i + 1);
		scratch_fill(t, &store_view_record, &rows[i], i + 1);
		rows[i].account = owner.name;
		OK(store_account_put(t->s, &owner));
		OK(store_view_put(t->s, &rows[i]));
	}
}

static void an_account_sees_its_own_views_in_the_order_of_their_names(void **state)
{
	struct scratch *t = *state;
	struct store_view rows[2];
	struct store_view_list list;
	uint64_t n;
	fill(t, rows);
	struct store_view first = rows[0];
	first.id = scratch_id(t, 99);
	REFUSES(CONFLICT, store_view_put(t->s, &first));
	first.name = BYTES_TEXT("!");
	OK(store_view_put(t->s, &first));
	OK(store_view_list(t->s, rows[0].account, &t->arena, &list));
	CHECK(list.n == 2 && is_scratch_same(&store_view_record, &first, &list.v[0]));
	CHECK(is_scratch_same(&store_view_record, &rows[0], &list.v[1]));
	OK(store_view_count(t->s, rows[1].account, &n));
	CHECK(n == 1);
}

static void a_view_is_removed_by_its_own_account_alone_and_goes_with_it(void **state)
{
	struct scratch *t = *state;
	struct store_view rows[2];
	uint64_t n;
	fill(t, rows);
	REFUSES(NOT_FOUND, store_view_delete(t->s, rows[1].account, rows[0].id));
	OK(store_view_delete(t->s, rows[0].account, rows[0].id));
	OK(store_account_delete(t->s, rows[1].account));
	for (size_t i = 0; i < 2; i++) {
		OK(store_view_count(t->s, rows[i].account, &n));
		CHECK(n == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(an_account_sees_its_own_views_in_the_order_of_their_names),
		SCRATCH_TEST(a_view_is_removed_by_its_own_account_alone_and_goes_with_it),
	};
	return RUN(tests);
}
