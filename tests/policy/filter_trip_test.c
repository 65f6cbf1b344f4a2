/* What holds of every filter: it reads as it was written, and means the same. */
#include "expression.h"

#include "test.h"

#define FILTERS 4000
#define DEVICES 4
#define ARENA_SIZE (512 << 10)
#define TEXT_SIZE 32768

static struct bytes written(const struct filter *f, uint8_t memory[static TEXT_SIZE])
{
	struct wr w = wr_of(memory, TEXT_SIZE);
	filter_write(f, &w);
	CHECK(!w.bad);
	return wr_done(&w);
}

/* By the comparisons alone, as the text stands: what filter_judge must come to. */
static void judge_both(const struct filter *a, const struct filter *b, uint64_t *seed)
{
	for (size_t i = 0; i < DEVICES; i++) {
		struct attribute_values device = expression_device(seed);
		CHECK(filter_judge(a, &device) == filter_judge(b, &device));
		for (size_t k = 0; k < filter_count(a); k++) {
			struct filter_finding x = filter_judge_one(a, k, &device),
					      y = filter_judge_one(b, k, &device);
			CHECK(x.attribute == y.attribute && x.truth == y.truth);
		}
	}
}

static void what_is_written_parses_as_the_same_filter(void **state)
{
	static uint8_t text[TEXT_SIZE], once[TEXT_SIZE], twice[TEXT_SIZE];
	uint64_t seed = 1;
	size_t short_enough = 0;
	struct arena arena;
	(void)state;
	arena_init(&arena, ARENA_SIZE);
	for (size_t i = 0; i < FILTERS; i++) {
		const struct filter *f = NULL, *again = NULL;
		struct filter_error error = { 0 };
		struct wr w = wr_of(text, sizeof(text));
		expression_write(&seed, 3, &w);
		fault why = filter_parse(wr_done(&w), &arena, &f, &error);
		if (why && why != FAIL(FILTER_LIMIT))
			fail_msg("%.*s: %s at %zu: %s", (int)w.at, text, why->name, error.at, error.sentence);
		struct bytes first = why ? (struct bytes){ 0 } : written(f, once);
		if (first.p && filter_column(first, first.n) <= FILTER_CHARACTERS_MAX) {
			OK(filter_parse(first, &arena, &again, &error));
			CHECK(is_bytes_equal(first, written(again, twice)));
			judge_both(f, again, &seed);
			short_enough++;
		}
		arena_reset(&arena);
	}
	CHECK(short_enough > FILTERS * 9 / 10);
	COUNTED("filter: round trips", short_enough);
	arena_done(&arena);
}

/* What is unknown can become anything once it is established; what is not unknown stays as it is. */
static void establishing_a_claim_never_turns_an_answer_round(void **state)
{
	static uint8_t text[TEXT_SIZE];
	uint64_t seed = 7;
	struct arena arena;
	(void)state;
	arena_init(&arena, ARENA_SIZE);
	for (size_t i = 0; i < FILTERS; i++) {
		const struct filter *f = NULL;
		struct filter_error error = { 0 };
		struct wr w = wr_of(text, sizeof(text));
		expression_write(&seed, 2, &w);
		struct attribute_values less = expression_device(&seed), more = less,
					other = expression_device(&seed);
		for (size_t k = 0; k < ATTRIBUTE_COUNT; k++)
			if (attributes[k].source == ATTRIBUTE_CLAIM && !less.of[k].p)
				more.of[k] = other.of[k].p ? other.of[k] : BYTES_TEXT("");
		if (!filter_parse(wr_done(&w), &arena, &f, &error)) {
			enum filter_truth before = filter_judge(f, &less);
			CHECK(before == FILTER_UNKNOWN || filter_judge(f, &more) == before);
		}
		arena_reset(&arena);
	}
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_parses_as_the_same_filter),
		TEST(establishing_a_claim_never_turns_an_answer_round),
	};
	return RUN(tests);
}
