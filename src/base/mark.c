#include "base/mark.h"

uint64_t mark_of(uint64_t before, struct bytes in)
{
	uint64_t mark = before;
	for (size_t i = 0; i < in.n; i++)
		mark = (mark ^ in.p[i]) * UINT64_C(0x100000001B3);
	return mark;
}
