#include "store/store_account.h"

#include "store/scratch.h"
#include "store/store_admin.h"

#define OWNER BYTES_TEXT("owner")

static struct store_account account(struct scratch *t, unsigned n)
{
	struct store_account row;
	scratch_fill(t, &store_account_record, &row, n);
	row.state = STORE_ACCOUNT_ACTIVE;
	return row;
}

static void what_is_put_is_what_get_gives(void **state)
{
	struct scratch *t = *state;
	struct store_account row = account(t, 2), *got;
	OK(store_account_put(t->s, &row));
	OK(store_account_get(t->s, row.name, &t->arena, &got));
	CHECK(is_scratch_same(&store_account_record, &row, got));
	REFUSES(CONFLICT, store_account_put(t->s, &row));
}

static void an_update_writes_every_column(void **state)
{
	struct scratch *t = *state;
	struct store_account row = account(t, 2), other = account(t, 3), *got;
	OK(store_account_put(t->s, &row));
	other.name = row.name;
	OK(store_account_update(t->s, &other));
	OK(store_account_get(t->s, row.name, &t->arena, &got));
	CHECK(is_scratch_same(&store_account_record, &other, got));
}

static void one_that_is_not_there_is_found_by_nothing(void **state)
{
	struct scratch *t = *state;
	struct store_account row = account(t, 2), *got;
	OK(store_account_find(t->s, row.name, &t->arena, &got));
	CHECK(!got);
	REFUSES(NOT_FOUND, store_account_get(t->s, row.name, &t->arena, &got));
	REFUSES(NOT_FOUND, store_account_update(t->s, &row));
	REFUSES(NOT_FOUND, store_account_delete(t->s, row.name));
}

static void pages_give_every_row_once(void **state)
{
	struct scratch *t = *state;
	struct store_account_list list;
	struct store_page page = { .limit = 3 };
	size_t n = 0;
	for (unsigned i = 0; i < 10; i++) {
		struct store_account row = account(t, 10 + i);
		OK(store_account_put(t->s, &row));
	}
	do {
		OK(store_account_list(t->s, page, &t->arena, &list));
		n += list.n;
		page.after = list.n ? list.v[list.n - 1].name : page.after;
	} while (list.n);
	CHECK(n == 10);
}

static uint64_t owners(struct scratch *t)
{
	uint64_t n;
	OK(store_account_count_role(t->s, OWNER, &n));
	return n;
}

static void owners_are_active_accounts_and_tokens_of_nobody_that_do_not_expire(void **state)
{
	struct scratch *t = *state;
	struct store_account row = account(t, 2), out = account(t, 3);
	struct store_admin token, borrowed, ending;
	scratch_fill(t, &store_admin_record, &token, 4);
	scratch_fill(t, &store_admin_record, &borrowed, 5);
	scratch_fill(t, &store_admin_record, &ending, 6);
	row.role = out.role = token.role = borrowed.role = ending.role = OWNER;
	out.state = STORE_ACCOUNT_DISABLED;
	token.account = ending.account = (struct bytes){ 0 };
	token.expires = borrowed.expires = 0;
	borrowed.account = row.name;
	OK(store_account_put(t->s, &row));
	OK(store_account_put(t->s, &out));
	CHECK(owners(t) == 1);
	OK(store_admin_put(t->s, &borrowed));
	OK(store_admin_put(t->s, &ending));
	CHECK(owners(t) == 1);
	OK(store_admin_put(t->s, &token));
	CHECK(owners(t) == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_get_gives),
		SCRATCH_TEST(an_update_writes_every_column),
		SCRATCH_TEST(one_that_is_not_there_is_found_by_nothing),
		SCRATCH_TEST(pages_give_every_row_once),
		SCRATCH_TEST(owners_are_active_accounts_and_tokens_of_nobody_that_do_not_expire),
	};
	return RUN(tests);
}
