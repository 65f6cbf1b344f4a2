/* attobj: whatever is accepted lies inside the input, and has every member. */
#include "fuzz.h"
#include "wire/attobj.h"

static void is_inside(struct bytes part, struct bytes whole)
{
	HOLDS(part.p && part.p >= whole.p && part.n <= (size_t)(whole.p + whole.n - part.p));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_of(p, n);
	struct attobj o;
	if (attobj_parse(in, &o))
		return 0;
	is_inside(o.sig, in);
	is_inside(o.cert_info, in);
	is_inside(o.pub_area, in);
	HOLDS(o.x5c.n > 0);
	for (size_t i = 0; i < o.x5c.n; i++)
		is_inside(o.x5c.v[i], in);
	return 0;
}
