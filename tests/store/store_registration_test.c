#include "store/store_registration.h"

#include "store/scratch.h"
#include "store/store_device.h"

static struct store_registration registration(struct scratch *t, unsigned n)
{
	struct store_registration row;
	scratch_fill(t, &store_registration_record, &row, n);
	row.profile = scratch_profile(t);
	return row;
}

static void it_is_found_by_id_ek_and_serial(void **state)
{
	struct scratch *t = *state;
	struct store_registration row = registration(t, 2), *got;
	OK(store_registration_put(t->s, &row));
	OK(store_registration_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_registration_record, &row, got));
	OK(store_registration_find_by_ek(t->s, row.ek_hash, &t->arena, &got));
	CHECK(is_scratch_same(&store_registration_record, &row, got));
	OK(store_registration_find_by_serial(t->s, row.serial, &t->arena, &got));
	CHECK(is_scratch_same(&store_registration_record, &row, got));
}

static void an_unknown_one_is_not_found(void **state)
{
	struct scratch *t = *state;
	struct store_registration row = registration(t, 2), *got;
	REFUSES(NOT_FOUND, store_registration_get(t->s, row.id, &t->arena, &got));
	OK(store_registration_find_by_ek(t->s, row.ek_hash, &t->arena, &got));
	CHECK(got == NULL);
	OK(store_registration_find_by_serial(t->s, row.serial, &t->arena, &got));
	CHECK(got == NULL);
	REFUSES(NOT_FOUND, store_registration_update(t->s, &row));
	REFUSES(NOT_FOUND, store_registration_delete(t->s, row.id));
}

static void ek_hash_and_serial_are_unique_where_present(void **state)
{
	struct scratch *t = *state;
	struct store_registration first = registration(t, 2), second = registration(t, 3);
	OK(store_registration_put(t->s, &first));
	second.ek_hash = first.ek_hash;
	REFUSES(CONFLICT, store_registration_put(t->s, &second));
	second.ek_hash = (struct bytes){ 0 };
	second.serial = first.serial;
	REFUSES(CONFLICT, store_registration_put(t->s, &second));
	second.serial = BYTES_TEXT("another");
	OK(store_registration_put(t->s, &second));
	struct store_registration third = registration(t, 4);
	third.ek_hash = (struct bytes){ 0 };
	OK(store_registration_put(t->s, &third));
}

static void one_without_ek_hash_and_serial_is_refused(void **state)
{
	struct scratch *t = *state;
	struct store_registration row = registration(t, 2);
	scratch_strip(&store_registration_record, &row);
	REFUSES(BUG, store_registration_put(t->s, &row));
	row.serial = BYTES_TEXT("S-1");
	OK(store_registration_put(t->s, &row));
	struct store_registration *got;
	OK(store_registration_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_registration_record, &row, got));
}

static void its_profile_must_exist(void **state)
{
	struct scratch *t = *state;
	struct store_registration row = registration(t, 2);
	row.profile = scratch_id(t, 77);
	REFUSES(NOT_FOUND, store_registration_put(t->s, &row));
}

static void update_writes_state_device_contact_limit_and_phase_only(void **state)
{
	struct scratch *t = *state;
	struct store_registration row = registration(t, 2), changed = registration(t, 3), *got;
	OK(store_registration_put(t->s, &row));
	changed.id = row.id;
	OK(store_registration_update(t->s, &changed));
	row.state = changed.state;
	row.device_id = changed.device_id;
	row.last_contact = changed.last_contact;
	row.userless = changed.userless;
	row.phase = changed.phase;
	row.phase_since = changed.phase_since;
	OK(store_registration_get(t->s, row.id, &t->arena, &got));
	CHECK(is_scratch_same(&store_registration_record, &row, got));
	row.device_id = (struct bytes){ 0 };
	OK(store_registration_update(t->s, &row));
	OK(store_registration_get(t->s, row.id, &t->arena, &got));
	CHECK(got->device_id.p == NULL);
}

static void a_serial_number_that_another_has_is_not_taken_over(void **state)
{
	struct scratch *t = *state;
	struct store_registration row = registration(t, 2), other = registration(t, 3), *got;
	OK(store_registration_put(t->s, &row));
	OK(store_registration_put(t->s, &other));
	REFUSES(CONFLICT, store_registration_update_serial(t->s, row.id, other.serial));
	OK(store_registration_update_serial(t->s, row.id, BYTES_TEXT("new")));
	OK(store_registration_get(t->s, row.id, &t->arena, &got));
	CHECK(is_bytes_text(got->serial, "new"));
	REFUSES(NOT_FOUND, store_registration_update_serial(t->s, scratch_id(t, 9), BYTES_TEXT("x")));
}

static void the_device_outlives_its_registration(void **state)
{
	struct scratch *t = *state;
	struct store_registration row = registration(t, 2);
	OK(store_registration_put(t->s, &row));
	struct bytes id = scratch_put_device(t, 3);
	struct store_device *device;
	OK(store_device_get(t->s, id, &t->arena, &device));
	device->registration = row.id;
	OK(store_device_update(t->s, device));
	OK(store_registration_delete(t->s, row.id));
	OK(store_device_get(t->s, id, &t->arena, &device));
	CHECK(device->registration.p == NULL);
}

static void pages_give_every_row_once(void **state)
{
	struct scratch *t = *state;
	struct store_registration_list list;
	struct store_page page = { .limit = 4 };
	size_t n = 0;
	for (unsigned i = 0; i < 13; i++) {
		struct store_registration row = registration(t, 10 + i);
		OK(store_registration_put(t->s, &row));
	}
	do {
		OK(store_registration_list(t->s, page, &t->arena, &list));
		for (size_t i = 0; i < list.n; i++, n++) {
			CHECK(!page.after.p || bytes_compare(page.after, list.v[i].id) < 0);
			page.after = list.v[i].id;
		}
	} while (list.n);
	CHECK(n == 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(it_is_found_by_id_ek_and_serial),
		SCRATCH_TEST(an_unknown_one_is_not_found),
		SCRATCH_TEST(ek_hash_and_serial_are_unique_where_present),
		SCRATCH_TEST(one_without_ek_hash_and_serial_is_refused),
		SCRATCH_TEST(its_profile_must_exist),
		SCRATCH_TEST(update_writes_state_device_contact_limit_and_phase_only),
		SCRATCH_TEST(a_serial_number_that_another_has_is_not_taken_over),
		SCRATCH_TEST(the_device_outlives_its_registration),
		SCRATCH_TEST(pages_give_every_row_once),
	};
	return RUN(tests);
}
