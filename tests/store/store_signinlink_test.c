#include "store/store_signinlink.h"

#include "store/scratch.h"
#include "store/store_account.h"

static struct store_account account(struct scratch *t, unsigned n)
{
	struct store_account row;
	scratch_fill(t, &store_account_record, &row, n);
	OK(store_account_put(t->s, &row));
	return row;
}

static struct store_signinlink link_of(struct scratch *t, const struct store_account *whose, unsigned n)
{
	struct store_signinlink row;
	scratch_fill(t, &store_signinlink_record, &row, n);
	row.account = whose->name;
	return row;
}

static void what_is_put_is_what_is_found(void **state)
{
	struct scratch *t = *state;
	const struct store_account whose = account(t, 1);
	struct store_signinlink row = link_of(t, &whose, 2), *got;
	OK(store_signinlink_put(t->s, &row));
	OK(store_signinlink_find(t->s, row.id, &t->arena, &got));
	CHECK(got && is_scratch_same(&store_signinlink_record, &row, got));
}

static void one_that_is_used_is_gone_and_cannot_be_used_again(void **state)
{
	struct scratch *t = *state;
	const struct store_account whose = account(t, 1);
	struct store_signinlink row = link_of(t, &whose, 2), *got;
	OK(store_signinlink_put(t->s, &row));
	OK(store_signinlink_use(t->s, row.id));
	REFUSES(NOT_FOUND, store_signinlink_use(t->s, row.id));
	OK(store_signinlink_find(t->s, row.id, &t->arena, &got));
	CHECK(!got);
}

static void an_account_has_one_at_most(void **state)
{
	struct scratch *t = *state;
	const struct store_account whose = account(t, 1), other = account(t, 9);
	struct store_signinlink first = link_of(t, &whose, 2), second = link_of(t, &whose, 3),
				others = link_of(t, &other, 4), *got;
	OK(store_signinlink_put(t->s, &first));
	OK(store_signinlink_put(t->s, &others));
	OK(store_signinlink_put(t->s, &second));
	OK(store_signinlink_find(t->s, first.id, &t->arena, &got));
	CHECK(!got);
	OK(store_signinlink_use(t->s, second.id));
	OK(store_signinlink_use(t->s, others.id));
}

static void one_goes_with_its_account_and_needs_one(void **state)
{
	struct scratch *t = *state;
	const struct store_account whose = account(t, 1);
	struct store_signinlink row = link_of(t, &whose, 2), *got;
	OK(store_signinlink_put(t->s, &row));
	OK(store_account_delete(t->s, whose.name));
	OK(store_signinlink_find(t->s, row.id, &t->arena, &got));
	CHECK(!got);
	REFUSES(NOT_FOUND, store_signinlink_put(t->s, &row));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_is_found),
		SCRATCH_TEST(one_that_is_used_is_gone_and_cannot_be_used_again),
		SCRATCH_TEST(an_account_has_one_at_most),
		SCRATCH_TEST(one_goes_with_its_account_and_needs_one),
	};
	return RUN(tests);
}
