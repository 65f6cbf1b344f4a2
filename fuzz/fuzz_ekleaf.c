/* ekleaf: what is found in NV is one certificate, and all that is read lies inside it. */
#include "attest/ekleaf.h"
#include "fuzz.h"

static void touch_inside(struct bytes whole, struct bytes part)
{
	HOLDS(!part.n || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n));
	fuzz_touch(part);
}

static void check(struct bytes der, const struct ekleaf *leaf)
{
	HOLDS(is_bytes_equal(leaf->der, der));
	HOLDS(leaf->leniencies >> LENIENCY_COUNT == 0);
	HOLDS(leaf->has_purposes || !(leaf->is_for_ek || leaf->is_for_other_tpm_key));
	HOLDS(leaf->has_usage || !leaf->usage);
	touch_inside(der, leaf->serial);
	touch_inside(der, leaf->key.a);
	touch_inside(der, leaf->key.b);
	for (size_t i = 0; i < EKLEAF_LABEL_COUNT; i++) {
		touch_inside(der, leaf->label[i].text);
		HOLDS(leaf->label[i].count || !leaf->label[i].text.p);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes der, again;
	struct ekleaf leaf;
	uint32_t leniencies;
	fault why = ekleaf_unwrap(bytes_of(p, n), &der, &leniencies);
	if (why && why != FAIL(CERT_TRAILING_DATA))
		return 0;
	HOLDS(der.p >= p && der.p + der.n <= p + n);
	HOLDS(!ekleaf_unwrap(der, &again, &leniencies) && is_bytes_equal(der, again) && leniencies == 0);
	if (!ekleaf_parse(der, &leaf))
		check(der, &leaf);
	return 0;
}
