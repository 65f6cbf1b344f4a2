/* csr: a request that is accepted holds its key's numbers in good shape, inside itself. */
#include "cert/csr.h"
#include "fuzz.h"

static bool is_inside(struct bytes outer, struct bytes b)
{
	return b.p >= outer.p && b.n <= outer.n && (size_t)(b.p - outer.p) <= outer.n - b.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_of(p, n);
	struct subject s = { 0 };
	fault f = csr_parse(in, &s);
	HOLDS(!f == (s.kind != 0));
	if (f) {
		HOLDS(f->kind == FAULT_INPUT || f->kind == FAULT_CHECK || f->kind == FAULT_LIMIT);
		return 0;
	}
	HOLDS(n <= TRIP_CSR_MAX && is_inside(in, s.a) && is_inside(in, s.b));
	HOLDS(!subject_check(&s));
	fuzz_touch(s.a);
	fuzz_touch(s.b);
	return 0;
}
