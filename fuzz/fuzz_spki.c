/* spki: a key that is accepted has one form, the one that is written. */
#include "fuzz.h"
#include "wire/spki.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_of(p, n);
	struct rd r = rd_of(in);
	struct spki key = spki_get(&r);
	HOLDS(r.bad == (key.kind == SPKI_NONE));
	if (r.bad)
		return 0;
	uint8_t out[SPKI_SIZE_MAX], again[SPKI_SIZE_MAX];
	struct wr w = wr_of(out, sizeof(out));
	spki_write(&key, &w);
	HOLDS(key.oaep || is_bytes_equal(wr_done(&w), bytes_slice(in, 0, r.at)));
	struct rd second = rd_of(wr_done(&w));
	struct spki normal = spki_get(&second);
	HOLDS(is_rd_done(&second) && !normal.oaep && normal.kind == key.kind);
	struct wr v = wr_of(again, sizeof(again));
	spki_write(&normal, &v);
	HOLDS(is_bytes_equal(wr_done(&v), wr_done(&w)));
	return 0;
}
