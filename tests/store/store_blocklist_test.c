#include "store/store_blocklist.h"

#include "store/scratch.h"

static struct store_blocklist blocklist(struct scratch *t, unsigned n)
{
	struct store_blocklist row;
	scratch_fill(t, &store_blocklist_record, &row, n);
	return row;
}

static void what_is_put_is_what_get_and_list_give(void **state)
{
	struct scratch *t = *state;
	struct store_blocklist row = blocklist(t, 2), *got;
	struct store_blocklist_list list;
	OK(store_blocklist_put(t->s, &row));
	OK(store_blocklist_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_blocklist_record, &row, got));
	OK(store_blocklist_list(t->s, (struct store_page){ .limit = 9 }, &t->arena, &list));
	CHECK(list.n == 1 && is_scratch_same(&store_blocklist_record, &row, &list.v[0]));
}

static void a_row_replaces_the_one_with_its_id_unless_it_says_the_same(void **state)
{
	struct scratch *t = *state;
	struct store_blocklist row = blocklist(t, 2), *got;
	OK(store_blocklist_put(t->s, &row));
	row.version++;
	REFUSES(CONFLICT, store_blocklist_put(t->s, &row));
	row.source = BYTES_TEXT("elsewhere");
	OK(store_blocklist_put(t->s, &row));
	OK(store_blocklist_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_blocklist_record, &row, got));
}

static void pages_give_every_row_once_and_count_counts_them(void **state)
{
	struct scratch *t = *state;
	struct store_blocklist_list list;
	struct store_page page = { .limit = 3 };
	uint64_t count;
	size_t n = 0;
	for (unsigned i = 0; i < 10; i++) {
		struct store_blocklist row = blocklist(t, 10 + i);
		OK(store_blocklist_put(t->s, &row));
	}
	do {
		OK(store_blocklist_list(t->s, page, &t->arena, &list));
		n += list.n;
		page.after = list.n ? list.v[list.n - 1].id : page.after;
	} while (list.n);
	OK(store_blocklist_count(t->s, &count));
	CHECK(n == 10 && count == 10);
}

static void a_deleted_one_is_gone(void **state)
{
	struct scratch *t = *state;
	struct store_blocklist row = blocklist(t, 2), *got;
	OK(store_blocklist_put(t->s, &row));
	OK(store_blocklist_delete(t->s, row.id));
	REFUSES(NOT_FOUND, store_blocklist_delete(t->s, row.id));
	REFUSES(NOT_FOUND, store_blocklist_get(t->s, row.id, &t->arena, &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_get_and_list_give),
		SCRATCH_TEST(a_row_replaces_the_one_with_its_id_unless_it_says_the_same),
		SCRATCH_TEST(pages_give_every_row_once_and_count_counts_them),
		SCRATCH_TEST(a_deleted_one_is_gone),
	};
	return RUN(tests);
}
