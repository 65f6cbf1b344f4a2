/* pagetoken: the octets of a page token behind the mark, which is that of the question as of an own one. */
#include <string.h>

#include "base/base64.h"
#include "fuzz.h"
#include "wire/selection.h"

#define ARENA (1 << 18)
#define MARK_SIZE 8
#define TEXT_MAX 8192

/* What is asked, and the mark of its tokens. */
static void ask(struct arena *a, struct selection *ret, uint8_t mark[static MARK_SIZE])
{
	const struct selection_value first = { .kind = SELECTION_NULL };
	uint8_t octets[TEXT_MAX];
	const char *text;
	struct wr w = wr_of(octets, sizeof(octets));
	*ret = (struct selection){ .top = 50, .sorts_n = 1 };
	HOLDS(!selection_write_token(ret, &first, 1, a, &text));
	HOLDS(base64_parse_url(bytes_text(text), &w) && w.at > MARK_SIZE);
	memcpy(mark, octets, MARK_SIZE);
}

/* One that is read is written as the same text. */
static void check_again(struct selection *s, struct bytes text, struct arena *a)
{
	const char *again;
	HOLDS(s->after_n > 0 && s->after_n <= SELECTION_AFTER_MAX);
	for (size_t i = 0; i < s->after_n; i++)
		fuzz_touch(s->after[i].view);
	size_t n = s->after_n;
	s->after_n = 0;
	HOLDS(!selection_write_token(s, s->after, n, a, &again));
	HOLDS(is_bytes_text(text, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t octets[TEXT_MAX], text[2 * TEXT_MAX];
	struct arena a;
	struct selection s;
	struct wr w = wr_of(text, sizeof(text));
	if (size > sizeof(octets) - MARK_SIZE)
		return 0;
	arena_init(&a, ARENA);
	ask(&a, &s, octets);
	memcpy(octets + MARK_SIZE, data, size);
	base64_write_bare(bytes_of(octets, MARK_SIZE + size), &w);
	if (!selection_read_token(wr_done(&w), &a, &s))
		check_again(&s, wr_done(&w), &a);
	arena_reset(&a);
	fault why = selection_read_token(bytes_of(data, size), &a, &s); /* as text */
	HOLDS(why || s.after_n > 0);
	arena_done(&a);
	return 0;
}
