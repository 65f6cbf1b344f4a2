/* statement: a TPMS_ATTEST that is accepted encodes to the same octets. */
#include "attest/statement.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_of(p, n);
	struct statement s;
	if (statement_parse(in, &s))
		return 0;
	uint8_t *out = malloc(n);
	struct wr w = wr_of(out, n);
	statement_write(&s, &w);
	HOLDS(is_bytes_equal(wr_done(&w), in));
	HOLDS(s.safe <= 1 && s.selection.n <= PCR_BANKS_MAX);
	free(out);
	return 0;
}
