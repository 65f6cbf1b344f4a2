#include "server/answers.h"

#include <string.h>

#include "test.h"

#define NOW 1000000
#define LIFE 100

static const uint8_t serial[16] = { 0x41, 1, 2, 3, 4, 5, 6, 7 };

static struct standing good(void)
{
	return (struct standing){ .hash = 1, .has_null = 1, .serial = BYTES_OF(serial), .status = 1,
				  .this_update = NOW, .next_update = NOW + LIFE };
}

static void an_answer_is_found_for_the_first_half_of_its_life(void **state)
{
	struct answers *a = answers_new();
	const struct standing s = good();
	(void)state;
	CHECK(!answers_find(a, &s, NOW).p);
	answers_put(a, &s, BYTES_TEXT("answer"));
	CHECK(is_bytes_text(answers_find(a, &s, NOW), "answer"));
	CHECK(is_bytes_text(answers_find(a, &s, NOW + LIFE / 2 - 1), "answer"));
	CHECK(!answers_find(a, &s, NOW + LIFE / 2).p);
	CHECK(!answers_find(a, &s, NOW - 1).p);
	answers_free(a);
}

static void what_the_records_say_otherwise_is_not_found(void **state)
{
	struct answers *a = answers_new();
	uint8_t other[16];
	struct standing s[6];
	(void)state;
	memcpy(other, serial, sizeof(other));
	other[3] ^= 1; /* the same place */
	for (size_t i = 0; i < COUNT_OF(s); i++)
		s[i] = good();
	s[0].hash = 2;
	s[1].has_null = 0;
	s[2].status = 2;
	s[3].reason = 6;
	s[4].revoked = NOW;
	s[5].serial = BYTES_OF(other);
	const struct standing own = good();
	answers_put(a, &own, BYTES_TEXT("answer"));
	for (size_t i = 0; i < COUNT_OF(s); i++)
		CHECK(!answers_find(a, &s[i], NOW).p);
	CHECK(answers_find(a, &own, NOW).p);
	answers_put(a, &s[5], BYTES_TEXT("other"));
	CHECK(is_bytes_text(answers_find(a, &s[5], NOW), "other") && !answers_find(a, &own, NOW).p);
	answers_free(a);
}

static void what_does_not_fit_is_not_kept(void **state)
{
	struct answers *a = answers_new();
	static const uint8_t large[FRAME_ANSWER_MAX + 1], wide[21] = { 1 };
	struct standing s = good();
	(void)state;
	answers_put(a, &s, BYTES_OF(large));
	CHECK(!answers_find(a, &s, NOW).p);
	answers_put(a, &s, bytes_of(large, FRAME_ANSWER_MAX));
	CHECK(answers_find(a, &s, NOW).n == FRAME_ANSWER_MAX);
	s.serial = BYTES_OF(wide);
	answers_put(a, &s, BYTES_TEXT("answer"));
	CHECK(!answers_find(a, &s, NOW).p);
	answers_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_is_found_for_the_first_half_of_its_life),
		TEST(what_the_records_say_otherwise_is_not_found),
		TEST(what_does_not_fit_is_not_kept),
	};
	return RUN(tests);
}
