#include "store/store_device.h"

#include "store/scratch.h"
#include "store/store_enrolment.h"
#include "store/store_evidence.h"
#include "store/store_registration.h"

static struct store_device device(struct scratch *t, unsigned n)
{
	struct store_device row;
	scratch_fill(t, &store_device_record, &row, n);
	row.profile = scratch_profile(t);
	row.registration = (struct bytes){ 0 };
	row.state = STORE_DEVICE_ACTIVE;
	return row;
}

static void it_is_found_by_id_key_and_ak_name(void **state)
{
	struct scratch *t = *state;
	struct store_device row = device(t, 2), *got;
	row.firmware = UINT64_MAX; /* all 64 bits are kept */
	OK(store_device_put(t->s, &row));
	OK(store_device_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_device_record, &row, got));
	OK(store_device_find_by_key_hash(t->s, row.key_hash, &t->arena, &got));
	CHECK(is_scratch_same(&store_device_record, &row, got));
	OK(store_device_find_by_ak_name(t->s, row.ak_name, &t->arena, &got));
	CHECK(is_scratch_same(&store_device_record, &row, got));
}

static void everything_optional_may_be_absent(void **state)
{
	struct scratch *t = *state;
	struct store_device row = device(t, 2), second = device(t, 3), *got;
	scratch_strip(&store_device_record, &row);
	scratch_strip(&store_device_record, &second);
	OK(store_device_put(t->s, &row));
	OK(store_device_put(t->s, &second)); /* two without an AK are no conflict */
	OK(store_device_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_device_record, &row, got));
}

static void an_unknown_one_is_not_found(void **state)
{
	struct scratch *t = *state;
	struct store_device row = device(t, 2), *got;
	REFUSES(NOT_FOUND, store_device_get(t->s, row.id, &t->arena, &got));
	OK(store_device_find_by_ek(t->s, row.ek_hash, &t->arena, &got));
	CHECK(got == NULL);
	OK(store_device_find_by_key_hash(t->s, row.key_hash, &t->arena, &got));
	CHECK(got == NULL);
	OK(store_device_find_by_ak_name(t->s, row.ak_name, &t->arena, &got));
	CHECK(got == NULL);
	REFUSES(NOT_FOUND, store_device_update(t->s, &row));
	REFUSES(NOT_FOUND, store_device_delete(t->s, row.id));
}

static void profile_and_registration_must_exist(void **state)
{
	struct scratch *t = *state;
	struct store_device row = device(t, 2);
	row.profile = scratch_id(t, 77);
	REFUSES(NOT_FOUND, store_device_put(t->s, &row));
	row.profile = scratch_profile(t);
	row.registration = scratch_id(t, 77);
	REFUSES(NOT_FOUND, store_device_put(t->s, &row));
}

static void active_devices_share_no_key_and_no_ak(void **state)
{
	struct scratch *t = *state;
	struct store_device row = device(t, 2), same_key = device(t, 3), same_ak = device(t, 4);
	same_key.key_hash = row.key_hash;
	same_ak.ak_name = row.ak_name;
	OK(store_device_put(t->s, &row));
	REFUSES(CONFLICT, store_device_put(t->s, &row));
	REFUSES(CONFLICT, store_device_put(t->s, &same_key));
	REFUSES(CONFLICT, store_device_put(t->s, &same_ak));
	struct store_device other = device(t, 5);
	OK(store_device_put(t->s, &other));
	other.key_hash = row.key_hash;
	REFUSES(CONFLICT, store_device_update(t->s, &other));
}

static void an_active_device_is_found_before_a_retired_one(void **state)
{
	struct scratch *t = *state;
	struct store_device old = device(t, 2), successor = device(t, 3), *got;
	old.state = STORE_DEVICE_RETIRED;
	successor.key_hash = old.key_hash;
	successor.ak_name = old.ak_name;
	OK(store_device_put(t->s, &old));
	OK(store_device_find_by_key_hash(t->s, old.key_hash, &t->arena, &got));
	CHECK(is_bytes_equal(got->id, old.id));
	OK(store_device_put(t->s, &successor));
	OK(store_device_find_by_key_hash(t->s, old.key_hash, &t->arena, &got));
	CHECK(is_bytes_equal(got->id, successor.id));
	OK(store_device_find_by_ak_name(t->s, old.ak_name, &t->arena, &got));
	CHECK(is_bytes_equal(got->id, successor.id));
}

static void update_writes_every_field(void **state)
{
	struct scratch *t = *state;
	struct store_device row = device(t, 2), changed = device(t, 3), *got;
	OK(store_device_put(t->s, &row));
	changed.id = row.id;
	OK(store_device_update(t->s, &changed));
	OK(store_device_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_device_record, &changed, got));
}

static void a_device_has_many_eks_and_an_ek_has_one_device(void **state)
{
	struct scratch *t = *state;
	struct bytes a = scratch_put_device(t, 2), b = scratch_put_device(t, 3);
	struct store_device *got;
	OK(store_device_put_ek(t->s, a, scratch_hash(t, 1)));
	OK(store_device_put_ek(t->s, a, scratch_hash(t, 2)));
	OK(store_device_put_ek(t->s, a, scratch_hash(t, 1)));
	REFUSES(CONFLICT, store_device_put_ek(t->s, b, scratch_hash(t, 1)));
	OK(store_device_find_by_ek(t->s, scratch_hash(t, 1), &t->arena, &got));
	CHECK(is_bytes_equal(got->id, a));
	OK(store_device_find_by_ek(t->s, scratch_hash(t, 2), &t->arena, &got));
	CHECK(is_bytes_equal(got->id, a));
	REFUSES(NOT_FOUND, store_device_put_ek(t->s, scratch_id(t, 77), scratch_hash(t, 3)));
}

static void deleting_takes_eks_and_evidence_along(void **state)
{
	struct scratch *t = *state;
	struct bytes id = scratch_put_device(t, 2);
	struct store_device *got;
	struct store_evidence evidence, *kept;
	struct store_registration registration, *left;
	scratch_fill(t, &store_evidence_record, &evidence, 4);
	evidence.device_id = id;
	scratch_fill(t, &store_registration_record, &registration, 5);
	registration.profile = scratch_profile(t);
	registration.device_id = id;
	OK(store_registration_put(t->s, &registration));
	OK(store_device_put_ek(t->s, id, scratch_hash(t, 1)));
	OK(store_evidence_put(t->s, &evidence, 1));
	OK(store_device_delete(t->s, id));
	OK(store_device_find_by_ek(t->s, scratch_hash(t, 1), &t->arena, &got));
	CHECK(got == NULL);
	REFUSES(NOT_FOUND, store_evidence_get(t->s, evidence.digest, &t->arena, &kept));
	OK(store_registration_get(t->s, registration.id, &t->arena, &left));
	CHECK(left->device_id.p == NULL);
	OK(store_device_put_ek(t->s, scratch_put_device(t, 3), scratch_hash(t, 1)));
}

static void pages_give_every_row_once_and_count_counts_them(void **state)
{
	struct scratch *t = *state;
	struct store_device_list list;
	struct store_page page = { .limit = 7 };
	uint64_t count;
	size_t n = 0;
	for (unsigned i = 0; i < 50; i++)
		scratch_put_device(t, 10 + i);
	do {
		OK(store_device_list(t->s, page, &t->arena, &list));
		for (size_t i = 0; i < list.n; i++, n++) {
			CHECK(!page.after.p || bytes_compare(page.after, list.v[i].id) < 0);
			page.after = list.v[i].id;
		}
	} while (list.n);
	OK(store_device_count(t->s, &count));
	CHECK(n == 50 && count == 50);
}

static uint64_t count_of(struct scratch *t, const char *user, struct bytes but)
{
	uint64_t count;
	OK(store_device_count_by_user(t->s, bytes_text(user), but, &count));
	return count;
}

static struct bytes put_of(struct scratch *t, unsigned n, const char *user, uint64_t state)
{
	struct store_device row = device(t, n);
	row.upn = bytes_text(user);
	row.state = state;
	OK(store_device_put(t->s, &row));
	return row.id;
}

static void the_active_devices_of_a_user_are_counted_without_one(void **state)
{
	struct scratch *t = *state;
	struct bytes first = put_of(t, 10, "ANN@x", STORE_DEVICE_ACTIVE);
	put_of(t, 11, "ann@x", STORE_DEVICE_ACTIVE);
	put_of(t, 12, "ann@x", STORE_DEVICE_RETIRED);
	put_of(t, 13, "bob@x", STORE_DEVICE_ACTIVE);
	put_of(t, 14, NULL, STORE_DEVICE_ACTIVE);
	CHECK(count_of(t, "Ann@x", (struct bytes){ 0 }) == 2);
	CHECK(count_of(t, "Ann@x", first) == 1 && count_of(t, "carl@x", first) == 0);
}

static void a_device_without_a_user_counts_for_whom_its_registration_names(void **state)
{
	struct scratch *t = *state;
	struct store_registration r[3];
	for (unsigned i = 0; i < COUNT_OF(r); i++) {
		scratch_fill(t, &store_registration_record, &r[i], 20 + i);
		r[i].profile = scratch_profile(t);
		r[i].assigned_user = BYTES_TEXT("ann@x");
	}
	r[0].device_id = put_of(t, 10, NULL, STORE_DEVICE_ACTIVE);
	r[1].device_id = put_of(t, 11, "bob@x", STORE_DEVICE_ACTIVE);
	r[2].device_id = (struct bytes){ 0 };
	for (unsigned i = 0; i < COUNT_OF(r); i++)
		OK(store_registration_put(t->s, &r[i]));
	CHECK(count_of(t, "ANN@x", (struct bytes){ 0 }) == 1 && count_of(t, "ANN@x", r[0].device_id) == 0);
	CHECK(count_of(t, "bob@x", (struct bytes){ 0 }) == 1);
}

static void an_enrolment_under_way_counts_until_it_is_void(void **state)
{
	struct scratch *t = *state;
	struct store_enrolment e;
	scratch_fill(t, &store_enrolment_record, &e, 30);
	e.state = STORE_ENROLMENT_INTENT;
	e.upn = BYTES_TEXT("ann@x");
	e.device_id = put_of(t, 10, NULL, STORE_DEVICE_ACTIVE);
	OK(store_enrolment_put(t->s, &e));
	CHECK(count_of(t, "Ann@x", (struct bytes){ 0 }) == 1 && count_of(t, "Ann@x", e.device_id) == 0);
	OK(store_device_update_upn(t->s, e.device_id, e.upn));
	CHECK(count_of(t, "Ann@x", (struct bytes){ 0 }) == 1);
	OK(store_device_update_upn(t->s, e.device_id, (struct bytes){ 0 }));
	e.state = STORE_ENROLMENT_VOID;
	OK(store_enrolment_finish(t->s, &e));
	CHECK(count_of(t, "Ann@x", (struct bytes){ 0 }) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(the_active_devices_of_a_user_are_counted_without_one),
		SCRATCH_TEST(a_device_without_a_user_counts_for_whom_its_registration_names),
		SCRATCH_TEST(an_enrolment_under_way_counts_until_it_is_void),
		SCRATCH_TEST(it_is_found_by_id_key_and_ak_name),
		SCRATCH_TEST(everything_optional_may_be_absent),
		SCRATCH_TEST(an_unknown_one_is_not_found),
		SCRATCH_TEST(profile_and_registration_must_exist),
		SCRATCH_TEST(active_devices_share_no_key_and_no_ak),
		SCRATCH_TEST(an_active_device_is_found_before_a_retired_one),
		SCRATCH_TEST(update_writes_every_field),
		SCRATCH_TEST(a_device_has_many_eks_and_an_ek_has_one_device),
		SCRATCH_TEST(deleting_takes_eks_and_evidence_along),
		SCRATCH_TEST(pages_give_every_row_once_and_count_counts_them),
	};
	return RUN(tests);
}
