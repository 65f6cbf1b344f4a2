/* Filters as records, and asked of the devices there are. */
#include "flow/filtering.h"

#include <string.h>

#include "flow/preview.h"
#include "office.h"
#include "store/store_device.h"

static fault put(struct office *o, const char *name, const char *rule, bool trusts_labels)
{
	struct store_filter *row;
	const struct filter_new in = { .display_name = bytes_text(name),
				       .rule = bytes_text(rule),
				       .trust_claims = trusts_labels };
	return filtering_put(&o->flow, &o->admin, &in, &o->arena, &row);
}

static struct store_filter *only(struct office *o)
{
	struct store_filter_list list;
	OK(filtering_list(&o->flow, (struct store_page){ .limit = 9 }, &o->arena, &list));
	assert_int_equal(list.n, 1);
	return &list.v[0];
}

static void a_filter_is_kept_as_written_and_found_compiled(void **state)
{
	struct office *o = *state;
	struct attribute_values values = { .of[ATTRIBUTE_GROUP_TAG] = BYTES_TEXT("sales") };
	OK(put(o, "sales", "device.grouptag eq \"Sales\"", false));
	struct store_filter *row = only(o);
	CHECK(is_bytes_text(row->rule, "device.grouptag eq \"Sales\""));
	CHECK(!filtering_find(&o->flow, row->id));
	OK(filtering_build(&o->flow));
	const struct filter *f = filtering_find(&o->flow, row->id);
	CHECK(f && filter_judge(f, &values) == FILTER_TRUE);
	CHECK(!filtering_find(&o->flow, office_octets(o, 9, 16)));
	OK(filtering_delete(&o->flow, &o->admin, row->id));
	OK(filtering_build(&o->flow));
	CHECK(!filtering_find(&o->flow, row->id));
}

/* H126 */
static void a_filter_that_reads_labels_is_kept_only_when_it_is_said_to(void **state)
{
	struct office *o = *state;
	struct store_filter *row;
	REFUSES(POL_UNVERIFIED_ATTR, put(o, "dell", "device.manufacturer -eq \"Dell\"", false));
	OK(put(o, "dell", "device.manufacturer -eq \"Dell\"", true));
	OK(put(o, "sales", "device.groupTag -eq \"Sales\"", false));
	OK(store_filter_find_by_name(o->flow.store, BYTES_TEXT("sales"), &o->arena, &row));
	const struct filter_set in = { .rule = BYTES_TEXT("device.model -eq \"x\"") };
	REFUSES(POL_UNVERIFIED_ATTR, filtering_update(&o->flow, &o->admin, &in, &o->arena, row));
}

static void what_is_no_filter_is_not_kept(void **state)
{
	struct office *o = *state;
	REFUSES(FILTER_SYNTAX, put(o, "a", "device.groupTag -eq 'x'", false));
	REFUSES(FILTER_PROPERTY, put(o, "a", "device.colour -eq \"x\"", false));
	REFUSES(FILTER_OPERATOR, put(o, "a", "device.isTpmAttested -contains \"T\"", false));
	REFUSES(FILTER_VALUE, put(o, "a", "device.isTpmAttested -eq \"Yes\"", false));
	REFUSES(PARSE_FIELD, put(o, "", "device.groupTag -eq \"x\"", false));
	OK(put(o, "a", "device.groupTag -eq \"x\"", false));
	REFUSES(CONFLICT, put(o, "a", "device.groupTag -eq \"x\"", false));
}

static void verify_names_the_column_or_the_property(void **state)
{
	struct office *o = *state;
	const char *detail = NULL;
	REFUSES(FILTER_SYNTAX, filtering_read(BYTES_TEXT("device.model -eq 'x'"), true, &o->arena, &detail));
	CHECK(detail && strncmp(detail, "column 18: ", 11) == 0);
	REFUSES(POL_UNVERIFIED_ATTR,
		filtering_read(BYTES_TEXT("device.model -eq \"x\""), false, &o->arena, &detail));
	assert_string_equal(detail, "device.model is what the device says of itself.");
	OK(filtering_read(BYTES_TEXT("device.model -eq \"x\""), true, &o->arena, &detail));
}

/* H127: a record that somebody spoilt decides nothing, and the others are as they were. */
static void a_record_that_is_no_filter_is_not_found(void **state)
{
	struct office *o = *state;
	struct store_filter_list list;
	static const struct {
		const char *id, *rule;
		bool is_found;
	} rows[] = {
		{ "aaaaaaaaaaaaaaaa", "device.groupTag -eq \"x\"", true },
		{ "bbbbbbbbbbbbbbbb", "device.groupTag -eq", false },
		{ "cccccccccccccccc", "device.model -eq \"x\"", false },
		{ "dddddddddddddddd", "device.isTpmAttested -eq \"False\"", true },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct store_filter row = { .id = bytes_text(rows[i].id),
						  .name = bytes_text(rows[i].id),
						  .rule = bytes_text(rows[i].rule) };
		OK(store_filter_put(o->flow.store, &row));
	}
	OK(filtering_build(&o->flow));
	OK(filtering_list(&o->flow, (struct store_page){ .limit = 9 }, &o->arena, &list));
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK((filtering_find(&o->flow, list.v[i].id) != NULL) == rows[i].is_found);
}

static void a_server_has_two_hundred_filters_and_no_more(void **state)
{
	struct office *o = *state;
	for (int i = 0; i < FILTERS_MAX; i++)
		OK(put(o, arena_format(&o->arena, "f%d", i), "device.groupTag -eq \"x\"", false));
	REFUSES(FILTER_LIMIT, put(o, "one more", "device.groupTag -eq \"x\"", false));
	OK(filtering_build(&o->flow));
}

/* --- preview -------------------------------------------------------------------------------------------- */

static void put_device(struct office *o, unsigned n, bool is_attested)
{
	uint8_t id[16] = { 0x10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };
	struct store_profile *profile;
	OK(store_profile_find_by_name(o->flow.store, BYTES_TEXT(PROFILES_DEFAULT), &o->arena,
				      &profile));
	struct bytes key = office_octets(o, 0, 32);
	memcpy((uint8_t *)key.p, id, sizeof(id));
	const struct store_device row = {
		.id = BYTES_OF(id),
		.name = bytes_text(arena_format(&o->arena, "pc-%u", n)),
		.model = n % 2 ? BYTES_TEXT("XPS 13") : (struct bytes){ 0 },
		.profile = profile->id,
		.state = STORE_DEVICE_ACTIVE,
		.attested = is_attested,
		.assurance = is_attested ? TRIP_ASSURED_CERTIFICATE : 0,
		.tpm_maker = BYTES_TEXT("IFX"),
		.key_hash = key,
	};
	OK(store_device_put(o->flow.store, &row));
}

static struct preview previewed(struct office *o, const char *rule, uint64_t top)
{
	struct preview p;
	const struct filter_trial in = { .rule = bytes_text(rule), .top = top };
	OK(preview_list(&o->flow, &in, &o->arena, &p));
	return p;
}

static void a_preview_says_which_devices_match_and_which_may(void **state)
{
	struct office *o = *state;
	office_register_key(o, 5);
	for (unsigned i = 0; i < 8; i++)
		put_device(o, i, i < 4);
	struct preview p =
		previewed(o, "device.tpmManufacturer -eq \"IFX\" and device.model -contains \"xps\"", 9);
	assert_int_equal(p.devices, 8);
	assert_int_equal(p.matching, 2);
	assert_int_equal(p.unknown, 2); /* unattested, so that nothing is proved of their TPMs */
	CHECK(p.n == 4 && !p.after.p);
	CHECK(p.v[0].truth == FILTER_TRUE && is_bytes_text(p.v[0].device->name, "pc-1"));
	CHECK(is_bytes_text(p.v[0].values.of[ATTRIBUTE_MODEL], "XPS 13"));
	CHECK(is_bytes_text(p.v[0].values.of[ATTRIBUTE_TPM_MANUFACTURER], "IFX"));
	CHECK(p.v[3].truth == FILTER_UNKNOWN && !p.v[3].values.of[ATTRIBUTE_TPM_MANUFACTURER].p);
	p = previewed(o, "device.isTpmAttested -eq \"False\"", 1);
	CHECK(p.matching == 4 && p.unknown == 0 && p.n == 1);
	p = previewed(o, "device.enrollmentProfileName -eq \"Default\"", 0);
	CHECK(p.matching == 8 && p.n == 0);
}

static void slices_ask_every_device_once(void **state)
{
	struct office *o = *state;
	struct filter_trial in = { .rule = BYTES_TEXT("device.isTpmAttested -eq \"True\"") };
	struct preview p;
	uint64_t devices = 0, matching = 0, slices = 0;
	office_register_key(o, 5);
	OK(store_begin(o->flow.store));
	for (unsigned i = 0; i < PREVIEW_SLICE + 500; i++) {
		put_device(o, i, i % 5 == 0);
		if (i % 1000 == 0)
			arena_reset(&o->arena);
	}
	OK(store_commit(o->flow.store));
	do {
		OK(preview_list(&o->flow, &in, &o->arena, &p));
		devices += p.devices;
		matching += p.matching;
		slices++;
		in.after = p.after;
	} while (p.after.p);
	assert_int_equal(devices, PREVIEW_SLICE + 500);
	assert_int_equal(matching, (PREVIEW_SLICE + 500) / 5);
	assert_int_equal(slices, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_filter_is_kept_as_written_and_found_compiled),
		OFFICE_TEST(a_filter_that_reads_labels_is_kept_only_when_it_is_said_to),
		OFFICE_TEST(what_is_no_filter_is_not_kept),
		OFFICE_TEST(verify_names_the_column_or_the_property),
		OFFICE_TEST(a_record_that_is_no_filter_is_not_found),
		OFFICE_TEST(a_server_has_two_hundred_filters_and_no_more),
		OFFICE_TEST(a_preview_says_which_devices_match_and_which_may),
		OFFICE_TEST(slices_ask_every_device_once),
	};
	return RUN(tests);
}
