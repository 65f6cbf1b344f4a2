#include "store/store_trait.h"

#include "store/scratch.h"
#include "store/store_device.h"
#include "store/store_registration.h"

#define ALL ((UINT64_C(1) << (STORE_TRAIT_AT_firmware + 1)) - 1)

static struct store_trait only(struct scratch *t, uint64_t wants)
{
	struct store_trait_list list;
	OK(store_trait_list(t->s, (struct store_page){ .limit = 9 }, wants, &t->arena, &list));
	assert_int_equal(list.n, 1);
	return list.v[0];
}

/* A device of a registration, both with every field filled. */
static struct store_device put_device(struct scratch *t)
{
	struct store_device d;
	struct store_registration r;
	scratch_fill(t, &store_registration_record, &r, 4);
	r.profile = scratch_profile(t);
	OK(store_registration_put(t->s, &r));
	scratch_fill(t, &store_device_record, &d, 5);
	d.profile = scratch_profile(t);
	d.registration = r.id;
	d.state = STORE_DEVICE_ACTIVE;
	OK(store_device_put(t->s, &d));
	return d;
}

static void a_device_is_given_with_what_its_records_say(void **state)
{
	struct scratch *t = *state;
	struct store_device d = put_device(t);
	struct store_trait got = only(t, ALL);
	CHECK(is_bytes_equal(got.id, d.id) && is_bytes_equal(got.name, d.name));
	CHECK(is_bytes_equal(got.serial, d.serial) && is_bytes_equal(got.manufacturer, d.manufacturer));
	CHECK(is_bytes_equal(got.model, d.model) && is_bytes_equal(got.os, d.os));
	CHECK(is_bytes_equal(got.os_version, d.os_version) && is_bytes_equal(got.tpm_maker, d.tpm_maker));
	CHECK(is_bytes_equal(got.tpm_model, d.tpm_model) && is_bytes_equal(got.profile, d.profile));
	CHECK(is_bytes_equal(got.registration, d.registration));
	CHECK(got.attested == d.attested && got.assurance == d.assurance);
	CHECK(got.tpm_class == d.tpm_class && got.firmware == d.firmware);
}

static void a_field_is_read_when_it_is_wanted_and_no_other(void **state)
{
	struct scratch *t = *state;
	static const struct store_trait nothing = { 0 };
	put_device(t);
	struct store_trait all = only(t, ALL);
	for (size_t i = 1; i < store_trait_record.count; i++) {
		const struct record_field *f = &store_trait_record.fields[i];
		const struct record one = { f->name, f, 1, 0 };
		struct store_trait with = only(t, UINT64_C(1) << i),
				   without = only(t, ALL & ~(UINT64_C(1) << i));
		CHECK(is_scratch_same(&one, &with, &all) && is_scratch_same(&one, &without, &nothing));
	}
}

/* A device in three has a registration, one of them without a tag, and there are some of no device here. */
static void group_tags_are_those_of_the_devices_registrations(void **state)
{
	struct scratch *t = *state;
	struct store_trait_list list;
	struct bytes tags[9];
	for (unsigned i = 0; i < COUNT_OF(tags); i++) {
		struct store_registration r;
		struct bytes device = scratch_put_device(t, 20 + i);
		scratch_fill(t, &store_registration_record, &r, 40 + i);
		r.profile = scratch_profile(t);
		r.device_id = i % 3 == 0 ? device : i % 3 == 1 ? scratch_id(t, 90 + i) : (struct bytes){ 0 };
		r.group_tag = i == 3 ? (struct bytes){ 0 } : r.group_tag;
		OK(store_registration_put(t->s, &r));
	}
	OK(store_trait_list(t->s, (struct store_page){ .limit = COUNT_OF(tags) }, 0, &t->arena, &list));
	OK(store_trait_read_tags(t->s, &list, &t->arena, tags));
	size_t tagged = 0;
	for (size_t i = 0; i < list.n; i++) {
		struct store_registration r;
		bool is_first = is_bytes_equal(list.v[i].id, scratch_id(t, 20));
		bool is_tagged = is_first || is_bytes_equal(list.v[i].id, scratch_id(t, 26));
		scratch_fill(t, &store_registration_record, &r, is_first ? 40 : 46);
		CHECK(is_bytes_equal(tags[i], is_tagged ? r.group_tag : (struct bytes){ 0 }));
		tagged += is_tagged;
	}
	CHECK(tagged == 2);
}

static void a_retired_device_is_not_among_them_and_pages_give_every_other_once(void **state)
{
	struct scratch *t = *state;
	struct store_page page = { .limit = 3 };
	struct store_trait_list list;
	struct store_device *d;
	size_t n = 0;
	for (unsigned i = 0; i < 10; i++)
		scratch_put_device(t, 20 + i);
	OK(store_device_get(t->s, scratch_id(t, 20), &t->arena, &d));
	d->state = STORE_DEVICE_RETIRED;
	OK(store_device_update(t->s, d));
	do {
		OK(store_trait_list(t->s, page, 0, &t->arena, &list));
		n += list.n;
		page.after = list.n ? list.v[list.n - 1].id : page.after;
	} while (list.n);
	CHECK(n == 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(a_device_is_given_with_what_its_records_say),
		SCRATCH_TEST(a_field_is_read_when_it_is_wanted_and_no_other),
		SCRATCH_TEST(group_tags_are_those_of_the_devices_registrations),
		SCRATCH_TEST(a_retired_device_is_not_among_them_and_pages_give_every_other_once),
	};
	return RUN(tests);
}
