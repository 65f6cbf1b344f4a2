#include "store/store_assignment.h"

#include "store/scratch.h"
#include "store/store_profile.h"
#include "store/store_registration.h"

static struct store_assignment assignment(struct scratch *t, const char *group_tag)
{
	return (struct store_assignment){ bytes_text(group_tag), scratch_profile(t), 7 };
}

static void what_is_put_is_what_find_and_list_give(void **state)
{
	struct scratch *t = *state;
	struct store_assignment row = assignment(t, "sales"), *got;
	struct store_assignment_list list;
	OK(store_assignment_put(t->s, &row));
	OK(store_assignment_find(t->s, row.group_tag, &t->arena, &got));
	CHECK(is_scratch_same(&store_assignment_record, &row, got));
	OK(store_assignment_list(t->s, (struct store_page){ .limit = 9 }, &t->arena, &list));
	CHECK(list.n == 1 && is_scratch_same(&store_assignment_record, &row, &list.v[0]));
	OK(store_assignment_find(t->s, BYTES_TEXT("other"), &t->arena, &got));
	CHECK(got == NULL);
}

static void a_group_tag_has_one_profile_the_latest(void **state)
{
	struct scratch *t = *state;
	struct store_assignment row = assignment(t, "sales"), *got;
	struct store_profile other;
	scratch_fill(t, &store_profile_record, &other, 3);
	other.virtual_profile = (struct bytes){ 0 };
	OK(store_profile_put(t->s, &other));
	OK(store_assignment_put(t->s, &row));
	row.profile = other.id;
	OK(store_assignment_put(t->s, &row));
	OK(store_assignment_find(t->s, row.group_tag, &t->arena, &got));
	CHECK(is_bytes_equal(got->profile, other.id));
	REFUSES(IN_USE, store_profile_delete(t->s, other.id));
	OK(store_assignment_delete(t->s, row.group_tag));
	REFUSES(NOT_FOUND, store_assignment_delete(t->s, row.group_tag));
	OK(store_profile_delete(t->s, other.id));
}

static void a_profile_that_does_not_exist_cannot_be_assigned(void **state)
{
	struct scratch *t = *state;
	struct store_assignment row = assignment(t, "sales");
	row.profile = scratch_id(t, 99);
	REFUSES(NOT_FOUND, store_assignment_put(t->s, &row));
}

static struct bytes profile_of(struct scratch *t, struct bytes id)
{
	struct store_registration *got;
	OK(store_registration_get(t->s, id, &t->arena, &got));
	return got->profile;
}

static void a_registration_has_its_own_profile_or_its_group_tags_or_everybodys(void **state)
{
	struct scratch *t = *state;
	struct store_profile tags, all;
	struct store_registration r;
	scratch_fill(t, &store_profile_record, &tags, 3);
	scratch_fill(t, &store_profile_record, &all, 4);
	tags.virtual_profile = all.virtual_profile = (struct bytes){ 0 };
	OK(store_profile_put(t->s, &tags));
	OK(store_profile_put(t->s, &all));
	scratch_fill(t, &store_registration_record, &r, 5);
	r.profile = (struct bytes){ 0 };
	OK(store_registration_put(t->s, &r));
	CHECK(!profile_of(t, r.id).p);
	const struct store_assignment of_tag = { r.group_tag, tags.id, 1 },
				      of_all = { BYTES_TEXT(""), all.id, 1 };
	OK(store_assignment_put(t->s, &of_all));
	CHECK(is_bytes_equal(profile_of(t, r.id), all.id));
	OK(store_assignment_put(t->s, &of_tag));
	CHECK(is_bytes_equal(profile_of(t, r.id), tags.id));
	/* What is read so is not written back. */
	struct store_registration *got;
	OK(store_registration_get(t->s, r.id, &t->arena, &got));
	OK(store_registration_update(t->s, got));
	OK(store_assignment_delete(t->s, r.group_tag));
	CHECK(is_bytes_equal(profile_of(t, r.id), all.id));
	scratch_fill(t, &store_registration_record, &r, 6);
	r.profile = scratch_profile(t);
	OK(store_registration_put(t->s, &r));
	CHECK(is_bytes_equal(profile_of(t, r.id), r.profile));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(what_is_put_is_what_find_and_list_give),
		SCRATCH_TEST(a_group_tag_has_one_profile_the_latest),
		SCRATCH_TEST(a_profile_that_does_not_exist_cannot_be_assigned),
		SCRATCH_TEST(a_registration_has_its_own_profile_or_its_group_tags_or_everybodys),
	};
	return RUN(tests);
}
