/* identity: the chain in a TPM's NV indices, cut in two, gives no more certificates than asked for. */
#include "agent/identity.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena;
	struct bytes_list list = { 0 };
	size_t cut = n ? p[0] % n : 0;
	const struct bytes_list contents = { 2, { bytes_of(p, cut), bytes_of(p + cut, n - cut) } };
	arena_init(&arena, n + 64);
	identity_split(&contents, TRIP_CHAIN_MAX - 1, &arena, &list);
	HOLDS(list.n < TRIP_CHAIN_MAX);
	for (size_t i = 0; i < list.n; i++)
		HOLDS(list.v[i].n >= 2 && list.v[i].n <= TRIP_CERT_MAX && list.v[i].p[0] == 0x30);
	arena_done(&arena);
	return 0;
}
