/*
 * ekcert: an EK certificate, one above it and an anchor, each after the two octets of its size. Whatever they
 * are, nothing is vouched for that was not proved on the way.
 */
#include "attest/ekcert.h"
#include "base/rd.h"
#include "fuzz.h"

#define NOW INT64_C(1704067200)
#define UNTOUCHED 0x5A

static void touch(const struct ekcert *found)
{
	fuzz_touch(found->leaf.der);
	fuzz_touch(found->leaf.serial);
	fuzz_touch(found->leaf.key.a);
	fuzz_touch(found->leaf.key.b);
	fuzz_touch(found->model);
	fuzz_touch(found->version);
	for (size_t i = 0; i < EKLEAF_LABEL_COUNT; i++)
		fuzz_touch(found->leaf.label[i].text);
}

static void check(const uint8_t *outcomes, const struct ekcert *found)
{
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		bool ours = verdict_checks[i].subject == SUBJECT_EK_CERT || i == CHECK_EK_CERTIFIED;
		HOLDS(ours ? outcomes[i] <= PASSED : outcomes[i] == UNTOUCHED);
	}
	HOLDS(!found->anchor || outcomes[CHECK_EK_CERT_CHAIN] == PASSED);
	HOLDS(!found->anchor || outcomes[CHECK_EK_CERT_CHAIN_VALID] == PASSED);
	HOLDS(found->anchor || outcomes[CHECK_EK_CERT_MAKER] == NOT_RUN);
	HOLDS(!found->anchor || outcomes[CHECK_EK_CERT_FORM] == PASSED);
	HOLDS(!found->anchor || outcomes[CHECK_EK_CERT_DER] == PASSED);
	HOLDS((outcomes[CHECK_EK_CERT_VERSION] != NOT_RUN) == (found->leaf.der.n > 0));
	HOLDS(found->leaf.der.n > 0 || found->leniencies == 0);
	HOLDS((found->leniencies & ~LENIENCY_ALL) == 0);
	HOLDS((found->leaf.leniencies & ~found->leniencies) == 0);
	HOLDS(found->has_hash == (found->leaf.key.kind != SPKI_NONE));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(bytes_of(p, n));
	struct bytes_list chain = { .n = 2 };
	for (size_t i = 0; i < chain.n; i++)
		chain.v[i] = rd_tpm2b(&r, n);
	struct bytes anchor = rd_tpm2b(&r, n);
	if (r.bad)
		return 0;
	uint8_t outcomes[CHECK_COUNT];
	for (size_t i = 0; i < CHECK_COUNT; i++)
		outcomes[i] = UNTOUCHED;
	struct ekcert found;
	struct anchors *anchors = anchors_new();
	bool has_anchor = !anchors_put(anchors, anchor, BYTES_TEXT("IFX"), ANCHORS_DISCRETE);
	const struct ekcert_input in = { &chain, NULL, anchors, NOW, false, false, NULL };
	ekcert_judge(&in, outcomes, &found);
	check(outcomes, &found);
	HOLDS(has_anchor || !found.anchor);
	touch(&found);
	anchors_free(anchors);
	return 0;
}
