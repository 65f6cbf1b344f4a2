/* jsn: the first octet chooses the table; a body or an item of one that is accepted can be sent on. */
#include <jansson.h>

#include "base/text.h"
#include "fuzz.h"
#include "sample.h"
#include "wire/jsn.h"

#define ARENA_SIZE 65536

static void check_sendable(const struct message *m, const void *parsed, size_t room)
{
	_Alignas(16) uint8_t again[SAMPLE_STRUCT_MAX];
	uint8_t *out = malloc(room);
	struct wr w = wr_of(out, room);
	message_write(m, parsed, &w);
	HOLDS(message_parse(m, wr_done(&w), again) == NULL);
	free(out);
}

static void check_list(const struct message *m, struct bytes body)
{
	static const char *const ignored[] = { "id", NULL };
	struct arena arena;
	struct jsn_list list = { .member = "value", .ignored = ignored, .max = 8 };
	arena_init(&arena, ARENA_SIZE);
	if (!jsn_parse_list(m, body, &arena, &list))
		for (size_t i = 0; i < list.n; i++)
			if (!list.v[i].why)
				check_sendable(m, list.v[i].value, body.n + ARENA_SIZE);
	HOLDS(!list.detail || is_text_printable(bytes_text(list.detail)));
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	_Alignas(16) uint8_t parsed[SAMPLE_STRUCT_MAX];
	struct arena arena;
	const char *detail = NULL;
	json_object_seed(1);
	if (n == 0)
		return 0;
	const struct message *m = sample_messages[p[0] % sample_message_count];
	arena_init(&arena, ARENA_SIZE);
	fault why = jsn_parse(m, bytes_of(p + 1, n - 1), &arena, parsed, &detail);
	if (!why)
		check_sendable(m, parsed, n + ARENA_SIZE);
	HOLDS(!why || !detail || is_text_printable(bytes_text(detail)));
	arena_done(&arena);
	check_list(m, bytes_of(p + 1, n - 1));
	return 0;
}
