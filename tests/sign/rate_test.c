#include "sign/rate.h"

#include "test.h"

static void the_window_ends_an_hour_after_its_first_event(void **state)
{
	(void)state;
	struct rate r = { .max = 2 };
	OK(rate_check(&r, 1000));
	rate_put(&r, 1000);
	OK(rate_check(&r, 1100));
	rate_put(&r, 1100);
	REFUSES(SIGNER_RATE, rate_check(&r, 1100));
	CHECK(rate_left_s(&r, 1100) == 3500);
	REFUSES(SIGNER_RATE, rate_check(&r, 4599));
	CHECK(rate_left_s(&r, 4599) == 1);
	OK(rate_check(&r, 4600));
	CHECK(rate_left_s(&r, 4600) == 0);
}

static void a_clock_set_back_waits_an_hour_at_most(void **state)
{
	(void)state;
	struct rate r = { .max = 1 };
	rate_put(&r, 1000000);
	REFUSES(SIGNER_RATE, rate_check(&r, 5000));
	CHECK(rate_left_s(&r, 5000) == RATE_WINDOW_S);
	rate_put(&r, 5000);
	REFUSES(SIGNER_RATE, rate_check(&r, 5001));
	OK(rate_check(&r, 5000 + RATE_WINDOW_S));
}

static void a_rate_of_zero_lets_the_first_through_no_more(void **state)
{
	(void)state;
	struct rate r = { 0 };
	rate_put(&r, 10);
	REFUSES(SIGNER_RATE, rate_check(&r, 10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_window_ends_an_hour_after_its_first_event),
		TEST(a_clock_set_back_waits_an_hour_at_most),
		TEST(a_rate_of_zero_lets_the_first_through_no_more),
	};
	return RUN(tests);
}
