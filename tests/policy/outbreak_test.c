#include "policy/outbreak.h"

#include <string.h>

#include "test.h"

static const struct outbreak_rule rule = { .devices = 10, .window_s = 600 };

static void it_begins_with_so_many_devices_and_not_with_one_less(void **state)
{
	(void)state;
	CHECK(outbreak_judge(&rule, 0, false) == OUTBREAK_NOTHING);
	CHECK(outbreak_judge(&rule, 9, false) == OUTBREAK_NOTHING);
	CHECK(outbreak_judge(&rule, 10, false) == OUTBREAK_BEGINS);
	CHECK(outbreak_judge(&rule, UINT64_MAX, false) == OUTBREAK_BEGINS);
}

static void it_lasts_until_fewer_than_half_are_left(void **state)
{
	(void)state;
	static const struct outbreak_rule odd = { .devices = 11, .window_s = 600 },
					  least = { .devices = 2, .window_s = 600 };
	CHECK(outbreak_judge(&rule, 10, true) == OUTBREAK_LASTS);
	CHECK(outbreak_judge(&rule, 5, true) == OUTBREAK_LASTS);
	CHECK(outbreak_judge(&rule, 4, true) == OUTBREAK_ENDS);
	CHECK(outbreak_judge(&odd, 6, true) == OUTBREAK_LASTS);
	CHECK(outbreak_judge(&odd, 5, true) == OUTBREAK_ENDS);
	CHECK(outbreak_judge(&least, 1, true) == OUTBREAK_LASTS);
	CHECK(outbreak_judge(&least, 0, true) == OUTBREAK_ENDS);
}

static void every_fault_has_somebody_to_suspect_and_a_place_to_look(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		struct outbreak_advice a = outbreak_advice_of(&fault_rows[i]);
		size_t n = a.remedy ? strlen(a.remedy) : 0;
		if (!a.suspect || n < 20 || a.remedy[n - 1] != '.')
			fail_msg("%s has no advice", fault_rows[i].name);
	}
}

static void a_chain_speaks_against_its_ca_and_a_denial_against_our_records(void **state)
{
	(void)state;
	CHECK(strstr(outbreak_advice_of(FAIL(EK_CHAIN_EXPIRED)).suspect, "maker"));
	CHECK(strstr(outbreak_advice_of(FAIL(EK_CHAIN_EXPIRED)).remedy, "expired"));
	CHECK(strstr(outbreak_advice_of(FAIL(RESTRICTION_BLOCKED)).suspect, "organisation"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_begins_with_so_many_devices_and_not_with_one_less),
		TEST(it_lasts_until_fewer_than_half_are_left),
		TEST(every_fault_has_somebody_to_suspect_and_a_place_to_look),
		TEST(a_chain_speaks_against_its_ca_and_a_denial_against_our_records),
	};
	return RUN(tests);
}
