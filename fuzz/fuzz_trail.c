/*
 * trail: lines of an export of the audit; the first two that a test's key signed are in the corpus.
 */
#include <jansson.h>

#include "cert/trail.h"
#include "fuzz.h"

#define ARENA_SIZE ((size_t)1 << 17)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct bytes_list none = { 0 };
	struct bytes text = bytes_of(p, n);
	struct trail t = { .keys = &none };
	struct arena arena;
	fault why = NULL;
	json_object_seed(1);
	arena_init(&arena, ARENA_SIZE);
	while (!why && text.n) {
		arena_reset(&arena);
		why = trail_check_line(&t, bytes_until(&text, '\n'), &arena);
		HOLDS(!why == !t.said[0] && t.n <= TRAIL_WRITERS_MAX);
	}
	HOLDS(why || trail_check_end(&t)); /* no key is known, so nothing is proved */
	arena_done(&arena);
	return 0;
}
