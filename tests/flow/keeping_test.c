/* How far a device's keys have come by the server's records, from a stranger to one that was let go. */
#include "flow/keeping.h"

#include "member.h"
#include "store/store_certificate.h"

static struct store_device *enrolled(struct office *o)
{
	struct store_device *d;
	OK(store_device_get(o->flow.store, member_enrolled(o, 5).id, &o->arena, &d));
	return d;
}

static const char *found(struct office *o, const struct store_device *d)
{
	enum keystate state;
	OK(keeping_find(&o->flow, d, &state));
	return keystate_word(state);
}

static void a_device_has_no_key_until_it_enrols_and_none_that_counts_once_it_is_retired(void **state)
{
	struct office *o = *state;
	assert_string_equal(found(o, NULL), "noKey");
	struct store_device *d = enrolled(o);
	assert_string_equal(found(o, d), "attestedKey");
	d->state = STORE_DEVICE_RETIRED;
	assert_string_equal(found(o, d), "revoked");
}

static void a_key_whose_certificate_is_past_its_time_is_invalid(void **state)
{
	struct office *o = *state;
	struct store_device *d = enrolled(o);
	o->flow.now += (int64_t)o->limits.certificate_s - 1;
	assert_string_equal(found(o, d), "attestedKey");
	o->flow.now++;
	assert_string_equal(found(o, d), "invalidKey");
}

static void a_key_whose_certificate_was_ended_is_invalid_and_one_that_is_held_is_not(void **state)
{
	struct office *o = *state;
	uint64_t n;
	struct store_device *d = enrolled(o);
	const struct store_certificate_hold hold = { STORE_CERTIFICATE_BY_HAND, o->flow.now };
	OK(store_certificate_hold_by_device(o->flow.store, d->id, &hold));
	assert_string_equal(found(o, d), "attestedKey");
	OK(store_certificate_revoke_by_device(o->flow.store, d->id, 1, o->flow.now));
	OK(store_certificate_count_aks(o->flow.store, d->id, o->flow.now, &n));
	CHECK(n == 0);
	assert_string_equal(found(o, d), "invalidKey");
}

static void a_device_without_attestation_has_a_key_of_its_kind(void **state)
{
	struct office *o = *state;
	struct store_device d = *enrolled(o);
	d.attested = 0;
	assert_string_equal(found(o, &d), "unattestedKey");
	d.no_tpm = BYTES_TEXT("none");
	assert_string_equal(found(o, &d), "softwareKey");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_device_has_no_key_until_it_enrols_and_none_that_counts_once_it_is_retired),
		OFFICE_TEST(a_key_whose_certificate_is_past_its_time_is_invalid),
		OFFICE_TEST(a_key_whose_certificate_was_ended_is_invalid_and_one_that_is_held_is_not),
		OFFICE_TEST(a_device_without_attestation_has_a_key_of_its_kind),
	};
	return RUN(tests);
}
