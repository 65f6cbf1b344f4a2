/* key: the file of a device key that is accepted is written as the same octets. */
#include "fuzz.h"
#include "tpm/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct key key;
	uint8_t back[8192];
	struct wr w = wr_of(back, sizeof(back));
	if (key_parse(bytes_of(p, n), &key))
		return 0;
	key_write(&key, &w);
	HOLDS(is_bytes_equal(wr_done(&w), bytes_of(p, n)));
	return 0;
}
