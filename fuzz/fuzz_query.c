/* The query options of a request's target. */
#include "api/query.h"
#include "base/text.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct query q;
	const char *detail = NULL;
	arena_init(&a, 65536);
	if (!query_parse(bytes_of(data, size), &a, &q, &detail)) {
		HOLDS(q.top >= 1 && q.top <= QUERY_TOP_MAX);
		HOLDS(q.link.n <= size && q.path.n <= q.link.n);
		const struct bytes options[] = { q.skip, q.filter, q.orderby, q.select, q.search };
		for (size_t i = 0; i < COUNT_OF(options); i++)
			HOLDS(options[i].n <= QUERY_VALUE_MAX && is_text_printable(options[i]));
	}
	arena_done(&a);
	return 0;
}
