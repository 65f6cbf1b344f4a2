/* message: the first octet chooses the table; what is accepted must encode to the same octets. */
#include "fuzz.h"
#include "sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	_Alignas(16) uint8_t parsed[SAMPLE_STRUCT_MAX];
	if (n == 0)
		return 0;
	const struct message *m = sample_messages[p[0] % sample_message_count];
	struct bytes in = bytes_of(p + 1, n - 1);
	if (message_parse(m, in, parsed))
		return 0;
	uint8_t *out = malloc(in.n);
	struct wr w = wr_of(out, in.n);
	message_write(m, parsed, &w);
	HOLDS(is_bytes_equal(wr_done(&w), in));
	free(out);
	return 0;
}
