/* Two proofs of one TPM, and what they tell of the time between. */
#include "policy/interval.h"

#include <string.h>

#include "test.h"

#define DAY_S 86400
#define VERSION(major, minor) ((uint64_t)(major) << 48 | (uint64_t)(minor) << 32)

static const struct interval_state then = { 9000000, 7, 3, VERSION(7, 61), true };

/* The same TPM an hour later, so many starts and restarts further. */
static struct interval_state later(int resets, int restarts)
{
	struct interval_state s = then;
	s.clock_ms += 3600000;
	s.resets = (uint64_t)((int64_t)s.resets + resets);
	s.restarts = (uint64_t)((int64_t)s.restarts + restarts);
	return s;
}

static struct interval between(const struct interval_state *now, bool is_key_alive)
{
	struct interval i;
	interval_judge(&then, now, is_key_alive, &i);
	return i;
}

static void expect_text(const struct interval *i, int64_t seconds, const char *expected)
{
	char text[INTERVAL_TEXT_SIZE];
	assert_string_equal(interval_text(i, seconds, text), expected);
}

static void what_counts_on_is_starts_and_sleeps(void **state)
{
	struct interval_state now = later(3, 9);
	(void)state;
	now.firmware = VERSION(7, 62);
	struct interval i = between(&now, true);
	CHECK(i.meanings == (INTERVAL_BIT(STARTED) | INTERVAL_BIT(SLEPT) | INTERVAL_BIT(UPDATED)));
	CHECK(interval_starts(&i) == 3 && interval_sleeps(&i) == 12);
	expect_text(&i, 2 * DAY_S + 3600,
		    "in 2 days: started 3 times, then slept 12 times; firmware 7.61 → 7.62");
}

static void a_start_sets_the_sleeps_to_nothing(void **state)
{
	struct interval_state now = later(1, -3);
	(void)state;
	struct interval i = between(&now, true);
	CHECK(i.meanings == INTERVAL_BIT(STARTED));
	expect_text(&i, 60, "in 1 minute: started once");
}

static void sleeps_alone_are_the_difference(void **state)
{
	struct interval_state now = later(0, 2);
	(void)state;
	struct interval i = between(&now, true);
	CHECK(i.meanings == INTERVAL_BIT(SLEPT) && interval_sleeps(&i) == 2 && !interval_starts(&i));
	expect_text(&i, 0, "slept 2 times");
}

static void a_clock_that_went_on_alone_is_worth_no_word(void **state)
{
	struct interval_state now = later(0, 0);
	(void)state;
	struct interval i = between(&now, true);
	CHECK(!i.meanings);
	expect_text(&i, DAY_S, "");
}

static void counts_that_go_back_while_the_key_lives_are_an_earlier_state(void **state)
{
	static const int steps[][2] = { { -1, 0 }, { 0, -1 }, { -7, 100 } };
	(void)state;
	for (size_t k = 0; k < COUNT_OF(steps); k++) {
		struct interval_state now = later(steps[k][0], steps[k][1]);
		struct interval i = between(&now, true);
		CHECK(i.meanings == INTERVAL_BIT(ROLLED_BACK));
		CHECK(!interval_starts(&i) && !interval_sleeps(&i));
	}
	struct interval_state now = later(-2, 0);
	struct interval i = between(&now, true);
	expect_text(&i, 0, "reset count 7 → 5, restart count 3 → 3, clock 9000 s → 12600 s");
}

static void a_clock_goes_back_only_when_power_failed_and_the_tpm_says_so(void **state)
{
	static const struct {
		int resets;
		bool is_safe;
		unsigned meanings;
	} rows[] = {
		{ 0, true, INTERVAL_BIT(CLOCK_BACK) },
		{ 0, false, INTERVAL_BIT(CLOCK_BACK) },
		{ 1, true, INTERVAL_BIT(CLOCK_BACK) },
		{ 1, false, INTERVAL_BIT(STARTED) | INTERVAL_BIT(SLEPT) | INTERVAL_BIT(POWER_LOST) },
	};
	(void)state;
	for (size_t k = 0; k < COUNT_OF(rows); k++) {
		struct interval_state now = later(rows[k].resets, 0);
		now.clock_ms = then.clock_ms - 1;
		now.is_safe = rows[k].is_safe;
		struct interval i = between(&now, true);
		CHECK(i.meanings == rows[k].meanings);
	}
}

static void without_its_key_the_same_is_a_tpm_that_was_cleared(void **state)
{
	const struct interval_state now = { 5000, 0, 0, VERSION(7, 61), true };
	(void)state;
	struct interval i = between(&now, false);
	CHECK(i.meanings == INTERVAL_BIT(CLEARED));
	expect_text(&i, 0, "cleared, reset count 7 → 0, restart count 3 → 0, clock 9000 s → 5 s");
	CHECK(between(&now, true).meanings != i.meanings);
}

static void older_firmware_is_named(void **state)
{
	struct interval_state now = later(1, -3);
	(void)state;
	now.firmware = VERSION(7, 40);
	struct interval i = between(&now, true);
	CHECK(i.meanings == (INTERVAL_BIT(STARTED) | INTERVAL_BIT(DOWNGRADED)));
	expect_text(&i, DAY_S, "in 1 day: started once; firmware 7.61 → 7.40");
	now.resets = then.resets;
	now.restarts = then.restarts;
	i = between(&now, true);
	expect_text(&i, DAY_S, "in 1 day: firmware 7.61 → 7.40");
}

static void with_nothing_before_it_nothing_is_said(void **state)
{
	const struct interval_state none = { 0 };
	struct interval i;
	(void)state;
	interval_judge(&none, &then, true, &i);
	CHECK(!i.meanings);
	expect_text(&i, DAY_S, "");
}

/* The longest there is: all that can be said at once, with the largest numbers. */
static void the_longest_text_is_whole(void **state)
{
	const uint64_t most = UINT32_MAX;
	const struct interval_state before = { UINT64_MAX, most, most, UINT64_MAX, true };
	const struct interval_state now = { UINT64_MAX - 1, most - 1, most, UINT64_MAX - 1, true };
	struct interval i;
	char text[INTERVAL_TEXT_SIZE];
	(void)state;
	interval_judge(&before, &now, false, &i);
	interval_text(&i, INT64_MAX, text);
	CHECK(strstr(text, "cleared") && strstr(text, "→ 65535.65535.65535.65534"));
}

static void every_meaning_has_a_word_and_a_sentence(void **state)
{
	(void)state;
	for (enum interval_meaning m = 0; m < INTERVAL_COUNT; m++) {
		CHECK(interval_word(m)[0] && interval_sentence(m)[0]);
		const char *action = interval_action(m);
		CHECK(!action || strchr(action, '.'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_counts_on_is_starts_and_sleeps),
		TEST(a_start_sets_the_sleeps_to_nothing),
		TEST(sleeps_alone_are_the_difference),
		TEST(a_clock_that_went_on_alone_is_worth_no_word),
		TEST(counts_that_go_back_while_the_key_lives_are_an_earlier_state),
		TEST(a_clock_goes_back_only_when_power_failed_and_the_tpm_says_so),
		TEST(without_its_key_the_same_is_a_tpm_that_was_cleared),
		TEST(older_firmware_is_named),
		TEST(with_nothing_before_it_nothing_is_said),
		TEST(the_longest_text_is_whole),
		TEST(every_meaning_has_a_word_and_a_sentence),
	};
	return RUN(tests);
}
