/* certfile: whatever a file holds, each certificate found is bounded, and base64 has one form. */
#include "base/base64.h"
#include "wire/certfile.h"
#include "fuzz.h"

/* The digits of whole groups of three octets, again. */
static void check_again(struct bytes octets, struct bytes text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i + 3 <= octets.n; i += 3) {
		const uint8_t *o = octets.p + i, *t = text.p + i / 3 * 4;
		HOLDS(t[0] == digits[o[0] >> 2] && t[1] == digits[(o[0] & 3) << 4 | o[1] >> 4]);
		HOLDS(t[2] == digits[(o[1] & 15) << 2 | o[2] >> 6] && t[3] == digits[o[2] & 63]);
	}
}

static void check_base64(struct bytes text)
{
	uint8_t *memory = malloc(text.n + 1);
	struct wr w = wr_of(memory, text.n);
	if (base64_parse(text, &w)) {
		HOLDS(text.n % 4 == 0 && w.at <= text.n / 4 * 3 && w.at + 2 >= text.n / 4 * 3);
		check_again(wr_done(&w), text);
	} else {
		HOLDS(w.at == 0 && !w.bad);
	}
	free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct certfile *c = malloc(sizeof(*c));
	struct bytes der = { 0 };
	fault why;
	check_base64(bytes_of(p, n));
	certfile_init(c, bytes_of(p, n));
	do {
		why = certfile_next(c, &der);
		if (why)
			break;
		HOLDS(der.n <= CERTFILE_DER_MAX && c->found <= n);
		fuzz_touch(der);
	} while (der.n);
	HOLDS(!why || (why == FAIL(ANCHOR_INVALID) && c->detail[0]));
	free(c);
	return 0;
}
