/* The query options of a request's target. */
#include "api/query.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct query q;
	const char *detail = NULL;
	arena_init(&a, 65536);
	if (!query_parse(bytes_of(data, size), &a, &q, &detail)) {
		HOLDS(q.top >= 1 && q.top <= QUERY_TOP_MAX);
		HOLDS(q.skip.n <= 128);
	}
	arena_done(&a);
	return 0;
}
