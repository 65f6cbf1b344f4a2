#include "store/store_profile.h"

#include "store/scratch.h"
#include "store/store_registration.h"

static struct store_profile profile(struct scratch *t, unsigned n)
{
	struct store_profile row;
	scratch_fill(t, &store_profile_record, &row, n);
	row.virtual_profile = scratch_profile(t);
	return row;
}

static void what_is_put_is_what_get_gives(void **state)
{
	struct scratch *t = *state;
	struct store_profile row = profile(t, 2), *got;
	OK(store_profile_put(t->s, &row));
	OK(store_profile_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_profile_record, &row, got));
	OK(store_profile_find_by_name(t->s, row.name, &t->arena, &got));
	CHECK(is_scratch_same(&store_profile_record, &row, got));
}

static void an_unknown_one_is_not_found(void **state)
{
	struct scratch *t = *state;
	struct store_profile *got;
	REFUSES(NOT_FOUND, store_profile_get(t->s, scratch_id(t, 9), &t->arena, &got));
	OK(store_profile_find_by_name(t->s, BYTES_TEXT("nobody"), &t->arena, &got));
	CHECK(got == NULL);
	REFUSES(NOT_FOUND, store_profile_delete(t->s, scratch_id(t, 9)));
}

static void id_and_name_are_unique(void **state)
{
	struct scratch *t = *state;
	struct store_profile row = profile(t, 2), same_id = profile(t, 3), same_name = profile(t, 4), *got;
	same_id.id = row.id;
	same_name.name = row.name;
	OK(store_profile_put(t->s, &row));
	REFUSES(CONFLICT, store_profile_put(t->s, &same_id));
	REFUSES(CONFLICT, store_profile_put(t->s, &same_name));
	OK(store_profile_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_profile_record, &row, got));
}

static void all_but_the_id_can_be_changed(void **state)
{
	struct scratch *t = *state;
	struct store_profile row = profile(t, 2), other = profile(t, 3), *got;
	OK(store_profile_put(t->s, &row));
	other.id = row.id;
	OK(store_profile_update(t->s, &other));
	OK(store_profile_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_profile_record, &other, got));
	other.id = scratch_id(t, 9);
	REFUSES(NOT_FOUND, store_profile_update(t->s, &other));
}

static void one_that_a_registration_has_cannot_be_deleted(void **state)
{
	struct scratch *t = *state;
	struct store_registration r;
	scratch_fill(t, &store_registration_record, &r, 5);
	r.profile = scratch_profile(t);
	OK(store_registration_put(t->s, &r));
	REFUSES(IN_USE, store_profile_delete(t->s, r.profile));
	OK(store_registration_delete(t->s, r.id));
	OK(store_profile_delete(t->s, r.profile));
	REFUSES(NOT_FOUND, store_profile_delete(t->s, r.profile));
}

static void one_that_another_names_for_virtual_tpms_cannot_be_deleted(void **state)
{
	struct scratch *t = *state;
	struct store_profile row = profile(t, 2);
	OK(store_profile_put(t->s, &row));
	REFUSES(IN_USE, store_profile_delete(t->s, row.virtual_profile));
	OK(store_profile_delete(t->s, row.id));
	OK(store_profile_delete(t->s, row.virtual_profile));
}

/* 23 rows in pages of 5, ascending, each row once, then an empty page. */
static void pages_give_every_row_once(void **state)
{
	struct scratch *t = *state;
	struct store_profile_list list;
	struct store_page page = { .limit = 5 };
	size_t n = 0;
	OK(store_profile_delete(t->s, scratch_profile(t)));
	for (unsigned i = 0; i < 23; i++) {
		struct store_profile row = profile(t, 100 + i);
		row.virtual_profile = (struct bytes){ 0 };
		OK(store_profile_put(t->s, &row));
	}
	do {
		OK(store_profile_list(t->s, page, &t->arena, &list));
		for (size_t i = 0; i < list.n; i++) {
			CHECK(!page.after.p || bytes_compare(page.after, list.v[i].id) < 0);
			page.after = list.v[i].id;
		}
		n += list.n;
	} while (list.n);
	CHECK(n == 23);
}

static void a_page_has_one_to_a_thousand_rows(void **state)
{
	struct scratch *t = *state;
	struct store_profile_list list;
	REFUSES(BUG, store_profile_list(t->s, (struct store_page){ .limit = 0 }, &t->arena, &list));
	REFUSES(BUG, store_profile_list(t->s, (struct store_page){ .limit = STORE_PAGE_MAX + 1 }, &t->arena,
					&list));
	OK(store_profile_list(t->s, (struct store_page){ .limit = STORE_PAGE_MAX }, &t->arena, &list));
	CHECK(list.n == 1);
}

static void a_value_without_its_columns_form_is_refused(void **state)
{
	struct scratch *t = *state;
	struct store_profile short_id = profile(t, 2), absent = profile(t, 3), control = profile(t, 4), *got;
	short_id.id.n--;
	absent.name = (struct bytes){ 0 };
	control.name = BYTES_TEXT("line\nbreak");
	REFUSES(BUG, store_profile_put(t->s, &short_id));
	REFUSES(BUG, store_profile_put(t->s, &absent));
	REFUSES(BUG, store_profile_put(t->s, &control));
	REFUSES(BUG, store_profile_get(t->s, short_id.id, &t->arena, &got));
	REFUSES(BUG, store_profile_get(t->s, (struct bytes){ 0 }, &t->arena, &got));
}

static void a_full_arena_is_named(void **state)
{
	struct scratch *t = *state;
	struct store_profile *got = NULL;
	struct store_profile_list list;
	struct arena small;
	arena_init(&small, sizeof(struct store_profile) + 16);
	REFUSES(SYS_MEMORY, store_profile_get(t->s, scratch_profile(t), &small, &got));
	CHECK(got == NULL);
	arena_reset(&small);
	REFUSES(SYS_MEMORY, store_profile_list(t->s, (struct store_page){ .limit = 5 }, &small, &list));
	arena_done(&small);
	OK(store_profile_get(t->s, scratch_profile(t), &t->arena, &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_get_gives),
		SCRATCH_TEST(an_unknown_one_is_not_found),
		SCRATCH_TEST(id_and_name_are_unique),
		SCRATCH_TEST(all_but_the_id_can_be_changed),
		SCRATCH_TEST(one_that_a_registration_has_cannot_be_deleted),
		SCRATCH_TEST(one_that_another_names_for_virtual_tpms_cannot_be_deleted),
		SCRATCH_TEST(pages_give_every_row_once),
		SCRATCH_TEST(a_page_has_one_to_a_thousand_rows),
		SCRATCH_TEST(a_value_without_its_columns_form_is_refused),
		SCRATCH_TEST(a_full_arena_is_named),
	};
	return RUN(tests);
}
