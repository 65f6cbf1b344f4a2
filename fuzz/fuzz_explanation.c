/*
 * explanation: whatever a text holds, the causes found are rows of the tables, one each, in the order of
 * explanation, and their lines are lines of the text; decoding UTF-16 gives UTF-8.
 */
#include <string.h>

#include "fuzz.h"
#include "report/explanation.h"
#include "wire/utf16.h"

static size_t place_of(const struct explanation_cause *c)
{
	return c->symptom ? (size_t)(c->symptom - symptoms) : SYMPTOM_TPM_REFUSED;
}

static void check_cause(const struct explanation_cause *c, struct bytes text)
{
	HOLDS(c->symptom || c->why);
	HOLDS(explanation_name(c)[0] && explanation_what(c)[0] && explanation_remedy(c)[0]);
	HOLDS(c->count > 0);
	for (size_t i = 0; i < c->count && i < EXPLANATION_LINES_MAX; i++) {
		struct bytes line = c->lines[i].text;
		HOLDS(line.p >= text.p && line.p + line.n <= text.p + text.n);
		HOLDS(line.n > 0 && !memchr(line.p, '\n', line.n) && c->lines[i].number > 0);
		HOLDS(i == 0 || c->lines[i].number > c->lines[i - 1].number);
		fuzz_touch(line);
	}
}

static void check_text(struct bytes text)
{
	struct explanation e = { 0 };
	explanation_put(&e, "text", text);
	HOLDS(e.n <= EXPLANATION_MAX);
	for (size_t i = 0; i < e.n; i++) {
		check_cause(&e.v[i], text);
		HOLDS(i == 0 || place_of(&e.v[i - 1]) <= place_of(&e.v[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena;
	struct bytes in = bytes_of(p, n), decoded;
	check_text(in);
	arena_init(&arena, 2 * n + 64);
	if (!utf16_parse(in, &arena, &decoded))
		check_text(decoded);
	arena_done(&arena);
	return 0;
}
