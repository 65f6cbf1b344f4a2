/* csvline: a line that is read gives fields that, written again, are read as the same. */
#include "fuzz.h"
#include "wire/csvline.h"

#define ARENA_SIZE 65536

static void check_again(const struct bytes_list *list, struct arena *a)
{
	size_t size = csvline_size(list->v, list->n);
	uint8_t *line = malloc(size);
	struct bytes_list again;
	const char *detail;
	struct wr w = wr_of(line, size);
	csvline_write(list->v, list->n, &w);
	HOLDS(!w.bad && csvline_parse(bytes_of(line, w.at - 1), a, &again, &detail) == NULL);
	HOLDS(again.n == list->n);
	for (size_t i = 0; i < again.n; i++)
		HOLDS(is_bytes_equal(again.v[i], list->v[i]));
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct bytes_list list;
	const char *detail;
	if (n > ARENA_SIZE / 8)
		return 0;
	arena_init(&a, 8 * ARENA_SIZE);
	if (!csvline_parse(bytes_of(p, n), &a, &list, &detail))
		check_again(&list, &a);
	arena_done(&a);
	return 0;
}
