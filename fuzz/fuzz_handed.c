/* handed: what is read fits its bounds, and is what the same octets written in the other form give. */
#include "base/base64.h"
#include "wire/handed.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a;
	struct bytes der, again;
	static uint8_t text[HANDED_TEXT_MAX];
	struct wr w = wr_of(text, sizeof(text));
	arena_init(&a, 8 * HANDED_TEXT_MAX);
	if (!handed_parse(bytes_of(p, n), &a, &der)) {
		HOLDS(der.n > 0 && der.n <= HANDED_DER_MAX);
		wr_u8(&w, ':');
		base64_write(der, &w);
		wr_u8(&w, ':');
		HOLDS(!handed_parse(wr_done(&w), &a, &again) && is_bytes_equal(der, again));
	}
	arena_done(&a);
	return 0;
}
