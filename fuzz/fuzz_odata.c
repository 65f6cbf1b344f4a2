/* The options of OData in a request's target, and the selection that they become. */
#include <string.h>

#include "api/endpoint.h"
#include "api/odata.h"
#include "fuzz.h"

#define ARENA (1 << 19)

/* What is written is read back as the same octets. */
static void check_again(const struct selection *s)
{
	static uint8_t once[SELECTION_SIZE_MAX], twice[SELECTION_SIZE_MAX];
	struct selection again;
	struct wr w = wr_of(once, sizeof(once)), w2 = wr_of(twice, sizeof(twice));
	selection_write(s, &w);
	HOLDS(!w.bad);
	HOLDS(!selection_parse(wr_done(&w), &again));
	selection_write(&again, &w2);
	HOLDS(is_bytes_equal(wr_done(&w), wr_done(&w2)));
}

/* Octets that are no query may be a selection. */
static void check_octets(struct bytes in)
{
	struct selection s;
	if (!selection_parse(in, &s))
		check_again(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct query q;
	struct selection s;
	struct odata_error error = { 0 };
	const char *detail = NULL;
	const struct property_list *list = property_list_find(ENDPOINT_DEVICES);
	check_octets(bytes_of(data, size));
	arena_init(&a, ARENA);
	if (!query_parse(bytes_of(data, size), &a, &q, &detail)) {
		if (!odata_parse(list, &q, &a, &s, &error))
			check_again(&s);
		else if (error.sentence)
			HOLDS(error.at <= error.value.n && error.option);
	}
	arena_done(&a);
	return 0;
}
