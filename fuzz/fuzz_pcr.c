/*
 * pcr: a selection that is accepted encodes to the same octets and equals itself unless a bank comes twice.
 */
#include "attest/pcr.h"
#include "fuzz.h"

static bool has_bank_twice(const struct pcr_selection *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t j = 0; j < i; j++)
			if (s->banks[i].hash == s->banks[j].hash)
				return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_of(p, n);
	struct pcr_selection s;
	struct bytes_list none = { 0 };
	if (pcr_parse(in, &s))
		return 0;
	uint8_t out[4 + PCR_BANKS_MAX * 7];
	struct wr w = wr_of(out, sizeof(out));
	pcr_write(&s, &w);
	HOLDS(is_bytes_equal(wr_done(&w), in));
	HOLDS(is_pcr_equal(&s, &s) == !has_bank_twice(&s));
	HOLDS(pcr_count(&s) <= PCR_BANKS_MAX * (size_t)PCR_COUNT);
	HOLDS(is_pcr_covered(&s, &none) == (pcr_count(&s) == 0));
	return 0;
}
