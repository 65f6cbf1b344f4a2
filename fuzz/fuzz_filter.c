/* filter: what is accepted is written as a filter that means the same; a refusal says where. */
#include "policy/filter.h"

#include "base/text.h"
#include "fuzz.h"

#define ARENA_SIZE (256 << 10)
#define TEXT_SIZE 65536

/* Devices of which everything, one octet of everything, or nothing is known. */
static void judge(const struct filter *first, const struct filter *again)
{
	static const struct bytes values[] = { BYTES_TEXT("10.0.22631"), BYTES_TEXT("T"), { NULL, 0 } };
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		struct attribute_values v;
		for (size_t k = 0; k < ATTRIBUTE_COUNT; k++)
			v.of[k] = values[i];
		HOLDS(filter_judge(first, &v) == filter_judge(again, &v));
		for (size_t k = 0; k < filter_count(first); k++)
			HOLDS(filter_judge_one(first, k, &v).truth == filter_judge_one(again, k, &v).truth);
	}
}

static void refused(struct bytes in, const struct filter_error *error)
{
	uint8_t memory[1024];
	struct wr w = wr_of(memory, sizeof(memory));
	HOLDS(error->at <= in.n && is_text_printable(bytes_text(error->sentence)));
	HOLDS(filter_column(in, error->at) <= error->at + 1);
	filter_write_caret(in, error->at, 60, &w);
}

static void check(struct bytes in, struct arena *a)
{
	static uint8_t once[TEXT_SIZE], twice[TEXT_SIZE];
	const struct filter *first = NULL, *again = NULL;
	struct filter_error error = { 0 };
	fault why = filter_parse(in, a, &first, &error);
	if (why) {
		refused(in, &error);
		return;
	}
	struct wr w = wr_of(once, sizeof(once)), v = wr_of(twice, sizeof(twice));
	filter_write(first, &w);
	HOLDS(!w.bad && is_text_printable(wr_done(&w)));
	why = filter_parse(wr_done(&w), a, &again, &error);
	HOLDS(!why || why == FAIL(FILTER_LIMIT));
	if (why)
		return;
	filter_write(again, &v);
	HOLDS(is_bytes_equal(wr_done(&w), wr_done(&v)) && filter_uses(first) == filter_uses(again));
	judge(first, again);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	arena_init(&a, ARENA_SIZE);
	check(bytes_of(p, n), &a);
	arena_done(&a);
	return 0;
}
