#include "policy/renewal.h"

#include "test.h"

#define LIFE (INT64_C(365) * 86400)

static int64_t time_of(uint8_t last)
{
	const uint8_t id[16] = { [15] = last };
	const struct renewal_of of = { 1000, 1000 + LIFE, BYTES_OF(id) };
	return renewal_time(&of);
}

static void a_certificate_is_renewed_in_the_first_half_of_its_last_third(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		CHECK(time_of((uint8_t)i) >= 1000 + LIFE - LIFE / 3);
		CHECK(time_of((uint8_t)i) <= 1000 + LIFE - LIFE / 6);
	}
}

static void devices_are_spread_and_each_has_its_time(void **state)
{
	(void)state;
	for (unsigned i = 1; i < 256; i++)
		CHECK(time_of((uint8_t)i) > time_of((uint8_t)(i - 1)));
	CHECK(time_of(7) == time_of(7));
}

static void whoever_has_no_id_is_the_first(void **state)
{
	(void)state;
	const struct renewal_of of = { 0, 300, { 0 } };
	CHECK(renewal_time(&of) == 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_certificate_is_renewed_in_the_first_half_of_its_last_third),
		TEST(devices_are_spread_and_each_has_its_time),
		TEST(whoever_has_no_id_is_the_first),
	};
	return RUN(tests);
}
