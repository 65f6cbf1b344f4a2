#include "policy/purpose.h"

#include "test.h"

static void what_is_not_served_has_no_deed(void **state)
{
	(void)state;
	CHECK(!purpose_find(0)->deed);
	CHECK(!purpose_find(TRIP_TOKEN)->deed);
	CHECK(!purpose_find(TRIP_PURPOSE_LAST + 1)->deed);
}

static void only_managed_devices_attest_renew_and_recover(void **state)
{
	(void)state;
	for (uint64_t p = TRIP_ENROLL; p <= TRIP_PURPOSE_LAST; p++) {
		bool is_again = p == TRIP_ATTEST || p == TRIP_RENEW || p == TRIP_RECOVER;
		CHECK(purpose_find(p)->is_managed == is_again);
	}
}

static void an_attestation_and_a_reseal_give_no_certificates(void **state)
{
	(void)state;
	CHECK(!purpose_find(TRIP_ATTEST)->is_issuing && purpose_find(TRIP_ATTEST)->is_same_keys);
	CHECK(!purpose_find(TRIP_RESEAL)->is_issuing);
	CHECK(purpose_find(TRIP_RENEW)->is_issuing && !purpose_find(TRIP_RENEW)->is_same_keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_not_served_has_no_deed),
		TEST(only_managed_devices_attest_renew_and_recover),
		TEST(an_attestation_and_a_reseal_give_no_certificates),
	};
	return RUN(tests);
}
