#include "store/store_audit.h"

#include "store/scratch.h"

static void rows_are_listed_in_the_order_of_their_ids(void **state)
{
	struct scratch *t = *state;
	struct store_audit_list list;
	struct store_page page = { .limit = 4 };
	size_t n = 0;
	for (unsigned i = 0; i < 11; i++) {
		struct store_audit row;
		scratch_fill(t, &store_audit_record, &row, 10 + i);
		OK(store_audit_put(t->s, &row));
	}
	do {
		OK(store_audit_list(t->s, page, &t->arena, &list));
		for (size_t i = 0; i < list.n; i++, n++) {
			CHECK(!page.after.p || bytes_compare(page.after, list.v[i].id) < 0);
			page.after = list.v[i].id;
		}
	} while (list.n);
	CHECK(n == 11);
}

static void a_row_is_never_written_over(void **state)
{
	struct scratch *t = *state;
	struct store_audit row, other;
	struct store_audit_list list;
	scratch_fill(t, &store_audit_record, &row, 2);
	scratch_fill(t, &store_audit_record, &other, 3);
	other.id = row.id;
	OK(store_audit_put(t->s, &row));
	REFUSES(CONFLICT, store_audit_put(t->s, &other));
	OK(store_audit_list(t->s, (struct store_page){ .limit = 9 }, &t->arena, &list));
	CHECK(list.n == 1);
	CHECK(is_scratch_same(&store_audit_record, &row, &list.v[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(rows_are_listed_in_the_order_of_their_ids),
		SCRATCH_TEST(a_row_is_never_written_over),
	};
	return RUN(tests);
}
