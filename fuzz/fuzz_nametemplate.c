/* nametemplate: whatever is accepted makes names that a computer may have, or says why not. */
#include "policy/nametemplate.h"

#include "base/text.h"
#include "fuzz.h"

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static void write_one(const struct nametemplate *t, struct bytes serial)
{
	uint8_t name[NAMETEMPLATE_NAME_MAX];
	struct wr w = wr_of(name, sizeof(name));
	const struct nametemplate_of of = { serial, 9876543210 };
	fault why = nametemplate_write(t, &of, &w);
	if (why) {
		HOLDS(why == FAIL(NAME_SERIAL) || why == FAIL(NAME_TEMPLATE_DIGITS));
		return;
	}
	struct bytes b = wr_done(&w);
	bool is_number = true;
	for (size_t i = 0; i < b.n; i++)
		is_number = is_number && is_digit(b.p[i]);
	HOLDS(b.n > 0 && !is_number && is_text_printable(b));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct nametemplate t;
	if (nametemplate_parse(bytes_of(p, n), &t))
		return 0;
	for (size_t i = 0; i < t.n; i++)
		fuzz_touch(t.v[i].text);
	write_one(&t, (struct bytes){ 0 });
	write_one(&t, BYTES_TEXT("5CG 0123-4567/89ABCDEFGHIJ"));
	write_one(&t, BYTES_TEXT("1"));
	return 0;
}
