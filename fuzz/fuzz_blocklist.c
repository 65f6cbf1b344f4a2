/* blocklist: what is accepted is written as a file that reads as the same; a refusal says where, printably.
 */
#include "policy/blocklist.h"

#include "base/text.h"
#include "fuzz.h"

#define ARENA_SIZE (1 << 20)
#define TEXT_SIZE 262144

static void judge(const struct blocklist *b)
{
	struct blocklist_finding f;
	char text[BLOCKLIST_DETAIL_SIZE];
	const struct blocklist_tpm t = { .maker = BYTES_TEXT("IFX"),
					 .version = BYTES_TEXT("id:0007003D"),
					 .errata = 2020001,
					 .ak = { BLOCKLIST_RSA, 0x0007003D00000000 } };
	blocklist_judge(b, &t, &f);
	HOLDS(f.outcome != BLOCKLIST_UNJUDGED && (f.outcome == BLOCKLIST_FINE) == !f.row);
	HOLDS(is_text_printable(bytes_text(blocklist_warnings(&f, text))));
	blocklist_text(&f, text);
}

static void check(struct bytes in, struct arena *a)
{
	struct blocklist first, again;
	const char *detail = NULL;
	fault why = blocklist_parse(in, a, &first, &detail);
	if (why) {
		HOLDS(why != FAIL(PARSE_FIELD) || (detail && is_text_printable(bytes_text(detail))));
		return;
	}
	uint8_t *p = arena_alloc(a, TEXT_SIZE);
	struct wr w = wr_of(p, p ? TEXT_SIZE : 0);
	blocklist_write(&first, &w);
	if (w.bad)
		return;
	why = blocklist_parse(wr_done(&w), a, &again, NULL);
	HOLDS(why == FAIL(SYS_MEMORY) || (!why && again.n == first.n));
	if (!why)
		HOLDS(is_bytes_equal(BYTES_OF(first.digest), BYTES_OF(again.digest)));
	judge(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	arena_init(&a, ARENA_SIZE);
	check(bytes_of(p, n), &a);
	arena_done(&a);
	return 0;
}
