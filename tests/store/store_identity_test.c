#include "store/store_identity.h"

#include "store/scratch.h"
#include "store/store_account.h"

static struct store_identity identity(struct scratch *t, unsigned n)
{
	struct store_account account;
	struct store_identity row;
	scratch_fill(t, &store_account_record, &account, n);
	scratch_fill(t, &store_identity_record, &row, n);
	OK(store_account_put(t->s, &account));
	row.account = account.name;
	return row;
}

static void what_is_put_is_found_by_provider_and_subject(void **state)
{
	struct scratch *t = *state;
	struct store_identity row = identity(t, 1), other = identity(t, 2), *got;
	OK(store_identity_put(t->s, &row));
	OK(store_identity_find(t->s, &row, &t->arena, &got));
	CHECK(got && is_scratch_same(&store_identity_record, &row, got));
	OK(store_identity_find(t->s, &other, &t->arena, &got));
	CHECK(!got);
}

static void a_user_has_one_account_and_an_account_one_user(void **state)
{
	struct scratch *t = *state;
	struct store_identity row = identity(t, 1), same_user = identity(t, 2), same_account = identity(t, 3);
	OK(store_identity_put(t->s, &row));
	same_user.idp = row.idp;
	same_user.subject = row.subject;
	same_account.account = row.account;
	REFUSES(CONFLICT, store_identity_put(t->s, &same_user));
	REFUSES(CONFLICT, store_identity_put(t->s, &same_account));
}

static void accounts_of_a_provider_go_together_and_others_stay(void **state)
{
	struct scratch *t = *state;
	struct store_identity row = identity(t, 1), other = identity(t, 2);
	struct store_account *got;
	OK(store_identity_put(t->s, &row));
	OK(store_identity_put(t->s, &other));
	OK(store_identity_delete_accounts(t->s, row.idp));
	OK(store_account_find(t->s, row.account, &t->arena, &got));
	CHECK(!got);
	OK(store_account_find(t->s, other.account, &t->arena, &got));
	CHECK(got);
	OK(store_identity_delete_accounts(t->s, row.idp));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_found_by_provider_and_subject),
		SCRATCH_TEST(a_user_has_one_account_and_an_account_one_user),
		SCRATCH_TEST(accounts_of_a_provider_go_together_and_others_stay),
	};
	return RUN(tests);
}
