#include "store/store_admin.h"

#include "store/scratch.h"

static struct store_admin admin(struct scratch *t, unsigned n)
{
	struct store_admin row;
	scratch_fill(t, &store_admin_record, &row, n);
	row.account = (struct bytes){ 0 };
	return row;
}

static void what_is_put_is_what_get_gives(void **state)
{
	struct scratch *t = *state;
	struct store_admin row = admin(t, 2), *got;
	OK(store_admin_put(t->s, &row));
	OK(store_admin_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_admin_record, &row, got));
}

static void id_and_name_are_unique(void **state)
{
	struct scratch *t = *state;
	struct store_admin row = admin(t, 2), same_id = admin(t, 3), same_name = admin(t, 4);
	same_id.id = row.id;
	same_name.name = row.name;
	OK(store_admin_put(t->s, &row));
	REFUSES(CONFLICT, store_admin_put(t->s, &same_id));
	REFUSES(CONFLICT, store_admin_put(t->s, &same_name));
}

static void a_deleted_one_is_gone(void **state)
{
	struct scratch *t = *state;
	struct store_admin row = admin(t, 2), *got;
	OK(store_admin_put(t->s, &row));
	OK(store_admin_delete(t->s, row.id));
	REFUSES(NOT_FOUND, store_admin_get(t->s, row.id, &t->arena, &got));
	REFUSES(NOT_FOUND, store_admin_delete(t->s, row.id));
	OK(store_admin_put(t->s, &row));
}

static void pages_give_every_row_once(void **state)
{
	struct scratch *t = *state;
	struct store_admin_list list;
	struct store_page page = { .limit = 3 };
	size_t n = 0;
	for (unsigned i = 0; i < 10; i++) {
		struct store_admin row = admin(t, 10 + i);
		OK(store_admin_put(t->s, &row));
	}
	do {
		OK(store_admin_list(t->s, page, &t->arena, &list));
		n += list.n;
		page.after = list.n ? list.v[list.n - 1].id : page.after;
	} while (list.n);
	CHECK(n == 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_get_gives),
		SCRATCH_TEST(id_and_name_are_unique),
		SCRATCH_TEST(a_deleted_one_is_gone),
		SCRATCH_TEST(pages_give_every_row_once),
	};
	return RUN(tests);
}
