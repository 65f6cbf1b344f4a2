#include "flow/attempts.h"

#include "test.h"

static void a_key_is_locked_after_its_limit_and_only_for_its_window(void **state)
{
	(void)state;
	struct attempts *a = attempts_new();
	uint32_t wait = 0;
	for (int i = 0; i < 3; i++) {
		OK(attempts_check(a, BYTES_TEXT("key"), 3, 100, &wait));
		attempts_put(a, BYTES_TEXT("key"), 100);
	}
	REFUSES(ACT_LOCKED, attempts_check(a, BYTES_TEXT("key"), 3, 110, &wait));
	CHECK(wait == ATTEMPTS_WINDOW_S - 10);
	OK(attempts_check(a, BYTES_TEXT("yek"), 3, 110, &wait));
	OK(attempts_check(a, BYTES_TEXT("key"), 3, 100 + ATTEMPTS_WINDOW_S, &wait));
	attempts_free(a);
}

static void a_flood_of_keys_stays_in_its_memory_and_forgets_the_oldest(void **state)
{
	(void)state;
	struct attempts *a = attempts_new();
	uint32_t wait;
	for (uint32_t i = 0; i < 100000; i++)
		attempts_put(a, BYTES_OF(((const uint32_t[]){ i, i * 7 })), 100);
	attempts_put(a, BYTES_TEXT("last"), 101);
	REFUSES(ACT_LOCKED, attempts_check(a, BYTES_TEXT("last"), 1, 101, &wait));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_is_locked_after_its_limit_and_only_for_its_window),
		TEST(a_flood_of_keys_stays_in_its_memory_and_forgets_the_oldest),
		TEST(a_burnt_challenge_stays_burnt),
		TEST(records_of_one_second_are_bounded),
	};
	return RUN(tests);
}
