#include "store/store_imported.h"

#include "store/scratch.h"
#include "store/store_listing.h"

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

/* All of them, by their ids. */
static struct store_listing listed(struct scratch *t)
{
	struct store_listing list;
	const struct selection all = { .view = STORE_LISTING_IMPORTED, .top = 100 };
	OK(store_listing_list(t->s, &all, &t->arena, &list));
	return list;
}

static void the_latest_are_kept(void **state)
{
	struct scratch *t = *state;
	for (unsigned i = 0; i < 10; i++) {
		struct store_imported row = imported(t, 1 + i, "a");
		OK(store_imported_put(t->s, &row));
	}
	OK(store_imported_prune(t->s, 10));
	struct store_listing list = listed(t);
	CHECK(list.n == 10);
	const struct store_imported *latest = list.v[9];
	OK(store_imported_prune(t->s, 4));
	list = listed(t);
	CHECK(list.n == 4 && is_scratch_same(&store_imported_record, latest, list.v[3]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(it_is_found_by_id_until_it_is_deleted),
		SCRATCH_TEST(one_that_is_both_registered_and_refused_or_neither_is_refused),
		SCRATCH_TEST(the_latest_are_kept),
	};
	return RUN(tests);
}
