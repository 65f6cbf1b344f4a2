#include "flow/attempts.h"

#include "test.h"

static const struct attempts_who who = { { (const uint8_t *)"an EK", 5 },
					 { (const uint8_t *)"10.0.0.1", 8 } };

static void an_ek_is_locked_after_its_limit_and_only_for_its_window(void **state)
{
	(void)state;
	struct attempts *a = attempts_new();
	uint32_t wait = 0;
	for (int i = 0; i < ATTEMPTS_PER_EK; i++) {
		OK(attempts_check(a, &who, 100, &wait));
		attempts_put(a, &who, 100);
	}
	REFUSES(ACT_LOCKED, attempts_check(a, &who, 110, &wait));
	CHECK(wait == ATTEMPTS_WINDOW_S - 10);
	OK(attempts_check(a, &(struct attempts_who){ BYTES_TEXT("EK na"), who.peer }, 110, &wait));
	OK(attempts_check(a, &who, 100 + ATTEMPTS_WINDOW_S, &wait));
	attempts_free(a);
}

static void an_address_is_locked_after_its_own_limit(void **state)
{
	(void)state;
	struct attempts *a = attempts_new();
	const struct attempts_who bare = { .peer = who.peer };
	uint32_t wait = 0;
	for (int i = 0; i < ATTEMPTS_PER_PEER; i++) {
		OK(attempts_check(a, &bare, 100, &wait));
		attempts_put(a, &bare, 100);
	}
	REFUSES(ACT_LOCKED, attempts_check(a, &bare, 110, &wait));
	REFUSES(ACT_LOCKED, attempts_check(a, &who, 110, &wait));
	OK(attempts_check(a, &(struct attempts_who){ .peer = BYTES_TEXT("10.0.0.2") }, 110, &wait));
	attempts_free(a);
}

static void addresses_of_one_network_of_ipv6_are_one_client(void **state)
{
	(void)state;
	static const char *const near[] = { "2001:db8:1:2::1", "2001:db8:1:2:f::9", "2001:db8:1:2:3:4:5:6" };
	const struct attempts_who beside = { .peer = BYTES_TEXT("2001:db8:1:2::77") },
				  far = { .peer = BYTES_TEXT("2001:db8:1:3::1") };
	struct attempts *a = attempts_new();
	uint32_t wait = 0;
	for (int i = 0; i < ATTEMPTS_PER_PEER; i++)
		attempts_put(a, &(struct attempts_who){ .peer = bytes_text(near[i % 3]) }, 100);
	REFUSES(ACT_LOCKED, attempts_check(a, &beside, 110, &wait));
	OK(attempts_check(a, &far, 110, &wait));
	const struct attempts_call one = { .peer = BYTES_TEXT("2001:db8:9::1"), .limit = 1 },
				   next = { .peer = BYTES_TEXT("2001:db8:9::2"), .limit = 1 };
	OK(attempts_put_call(a, &one, 100, &wait));
	REFUSES(CALL_RATE, attempts_put_call(a, &next, 100, &wait));
	for (int i = 0; i < ATTEMPTS_SIGN_IN_PER_PEER; i++) {
		const int name[] = { i };
		const struct attempts_sign_in wrong = { BYTES_OF(name), bytes_text(near[i % 3]) };
		attempts_put_sign_in(a, &wrong, 100);
	}
	const struct attempts_sign_in right = { BYTES_TEXT("a name"), beside.peer };
	REFUSES(SIGN_IN_LOCKED, attempts_check_sign_in(a, &right, 100, &wait));
	attempts_free(a);
}

static void a_flood_of_eks_stays_in_its_memory_and_forgets_the_oldest(void **state)
{
	(void)state;
	struct attempts *a = attempts_new();
	uint32_t wait;
	for (uint32_t i = 0; i < 100000; i++) {
		const uint32_t key[] = { i, i * 7 };
		attempts_put(a, &(struct attempts_who){ BYTES_OF(key), BYTES_OF(key) }, 100);
	}
	for (int i = 0; i < ATTEMPTS_PER_EK; i++)
		attempts_put(a, &who, 101);
	REFUSES(ACT_LOCKED, attempts_check(a, &who, 101, &wait));
	attempts_free(a);
}

static void a_burnt_challenge_stays_burnt(void **state)
{
	(void)state;
	struct attempts *a = attempts_new();
	CHECK(!is_attempts_burnt(a, BYTES_TEXT("0123456789abcdef")));
	attempts_put_burnt(a, BYTES_TEXT("0123456789abcdef"), 1);
	CHECK(is_attempts_burnt(a, BYTES_TEXT("0123456789abcdef")));
	CHECK(!is_attempts_burnt(a, BYTES_TEXT("fedcba9876543210")));
	attempts_free(a);
}

static void records_of_one_second_are_bounded(void **state)
{
	(void)state;
	struct attempts *a = attempts_new();
	for (int i = 0; i < ATTEMPTS_RECORDS_PER_S; i++)
		CHECK(has_attempts_room(a, 5));
	CHECK(!has_attempts_room(a, 5));
	CHECK(has_attempts_room(a, 6));
	attempts_free(a);
}

static void whoever_asks_more_often_than_they_may_waits_until_there_is_room_for_one(void **state)
{
	(void)state;
	struct attempts *a = attempts_new();
	uint32_t wait = 0;
	const struct attempts_call anna = { .id = BYTES_TEXT("0123456789abcdef"), .limit = 3 },
				   ben = { .id = BYTES_TEXT("fedcba9876543210"), .limit = 3 },
				   free_of_bounds = { .id = BYTES_TEXT("0123456789abcdef") };
	for (int i = 0; i < 3; i++)
		OK(attempts_put_call(a, &anna, 100, &wait));
	REFUSES(CALL_RATE, attempts_put_call(a, &anna, 100, &wait));
	CHECK(wait == 4);
	REFUSES(CALL_RATE, attempts_put_call(a, &anna, 103, &wait));
	CHECK(wait == 1);
	OK(attempts_put_call(a, &ben, 103, &wait));
	OK(attempts_put_call(a, &free_of_bounds, 103, &wait));
	OK(attempts_put_call(a, &anna, 104, &wait));
	REFUSES(CALL_RATE, attempts_put_call(a, &anna, 104, &wait));
	attempts_free(a);
}

/* Whatever the limit: nobody waits longer than for one call, and keeps to the limit in the long run. */
static void whoever_waits_as_told_is_served_and_keeps_to_the_limit(void **state)
{
	(void)state;
	static const uint64_t limits[] = { 1, 2, 3, 7, 10, 11, 100, 5000 };
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct attempts *a = attempts_new();
		const struct attempts_call call = { .id = BYTES_TEXT("a token"), .limit = limits[i] };
		const int64_t end = 1000 + 20 * ATTEMPTS_CALLS_WINDOW_S;
		uint64_t served = 0;
		for (int64_t now = 1000; now < end; served++) {
			uint32_t wait = 0;
			if (!attempts_put_call(a, &call, now, &wait))
				continue;
			CHECK(wait > 0 && wait <= ATTEMPTS_CALLS_WINDOW_S);
			now += wait;
			OK(attempts_put_call(a, &call, now, &wait));
		}
		CHECK(served >= 10 * limits[i] && served <= 21 * limits[i]);
		attempts_free(a);
	}
}

/* A clock that was set back forgives nothing and locks nobody out. */
static void whoever_asked_before_the_clock_was_set_back_waits_no_longer(void **state)
{
	(void)state;
	struct attempts *a = attempts_new();
	uint32_t wait = 0;
	const struct attempts_call anna = { .id = BYTES_TEXT("0123456789abcdef"), .limit = 1 };
	OK(attempts_put_call(a, &anna, 100000, &wait));
	REFUSES(CALL_RATE, attempts_put_call(a, &anna, 100, &wait));
	CHECK(wait == ATTEMPTS_CALLS_WINDOW_S);
	OK(attempts_put_call(a, &anna, 100 + ATTEMPTS_CALLS_WINDOW_S, &wait));
	attempts_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_ek_is_locked_after_its_limit_and_only_for_its_window),
		TEST(an_address_is_locked_after_its_own_limit),
		TEST(addresses_of_one_network_of_ipv6_are_one_client),
		TEST(a_flood_of_eks_stays_in_its_memory_and_forgets_the_oldest),
		TEST(a_burnt_challenge_stays_burnt),
		TEST(records_of_one_second_are_bounded),
		TEST(whoever_asks_more_often_than_they_may_waits_until_there_is_room_for_one),
		TEST(whoever_waits_as_told_is_served_and_keeps_to_the_limit),
		TEST(whoever_asked_before_the_clock_was_set_back_waits_no_longer),
	};
	return RUN(tests);
}
