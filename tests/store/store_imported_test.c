#include "store/store_imported.h"

#include "store/scratch.h"

/* A row that was refused; its id runs with n. */
static struct store_imported imported(struct scratch *t, unsigned n, const char *import_id)
{
	struct store_imported row;
	scratch_fill(t, &store_imported_record, &row, n);
	row.id = scratch_id(t, n);
	row.import_id = bytes_text(import_id);
	row.registration = (struct bytes){ 0 };
	return row;
}

static void it_is_found_by_id_until_it_is_deleted(void **state)
{
	struct scratch *t = *state;
	struct store_imported row = imported(t, 1, "a"), *got;
	OK(store_imported_put(t->s, &row));
	OK(store_imported_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_imported_record, &row, got));
	OK(store_imported_delete(t->s, row.id));
	REFUSES(NOT_FOUND, store_imported_get(t->s, row.id, &t->arena, &got));
	REFUSES(NOT_FOUND, store_imported_delete(t->s, row.id));
}

static void one_that_is_both_registered_and_refused_or_neither_is_refused(void **state)
{
	struct scratch *t = *state;
	struct store_imported row = imported(t, 1, "a");
	row.registration = scratch_id(t, 2);
	REFUSES(BUG, store_imported_put(t->s, &row));
	row.registration = row.fault = (struct bytes){ 0 };
	REFUSES(BUG, store_imported_put(t->s, &row));
	row.registration = scratch_id(t, 2);
	OK(store_imported_put(t->s, &row));
}

static void the_rows_of_one_import_are_a_list_of_their_own(void **state)
{
	struct scratch *t = *state;
	struct store_imported_list list;
	struct store_page page = { .limit = 3 };
	for (unsigned i = 0; i < 10; i++) {
		struct store_imported row = imported(t, 1 + i, i % 2 ? "odd" : "even");
		OK(store_imported_put(t->s, &row));
	}
	OK(store_imported_list_by_import(t->s, BYTES_TEXT("odd"), page, &t->arena, &list));
	CHECK(list.n == 3);
	page.after = list.v[2].id;
	OK(store_imported_list_by_import(t->s, BYTES_TEXT("odd"), page, &t->arena, &list));
	CHECK(list.n == 2 && is_bytes_text(list.v[1].import_id, "odd"));
	page = (struct store_page){ .limit = 100 };
	OK(store_imported_list(t->s, page, &t->arena, &list));
	CHECK(list.n == 10);
}

static void the_latest_are_kept(void **state)
{
	struct scratch *t = *state;
	struct store_imported_list list;
	const struct store_page page = { .limit = 100 };
	for (unsigned i = 0; i < 10; i++) {
		struct store_imported row = imported(t, 1 + i, "a");
		OK(store_imported_put(t->s, &row));
	}
	OK(store_imported_prune(t->s, 10));
	OK(store_imported_list(t->s, page, &t->arena, &list));
	CHECK(list.n == 10);
	struct bytes latest = list.v[9].id;
	OK(store_imported_prune(t->s, 4));
	OK(store_imported_list(t->s, page, &t->arena, &list));
	CHECK(list.n == 4 && is_bytes_equal(list.v[3].id, latest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(it_is_found_by_id_until_it_is_deleted),
		SCRATCH_TEST(one_that_is_both_registered_and_refused_or_neither_is_refused),
		SCRATCH_TEST(the_rows_of_one_import_are_a_list_of_their_own),
		SCRATCH_TEST(the_latest_are_kept),
	};
	return RUN(tests);
}
