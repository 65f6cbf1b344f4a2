/*
 * evaluate: judges any evidence without harm, and never speaks for core.
 *
 * The input is the certificate of an anchor with a length of two octets before it, then the evidence.
 */
#include "attest/evaluate.h"

#include <string.h>

#include "attest/anchors.h"
#include "fuzz.h"

#define NOW INT64_C(1767225600)
#define ARENA_SIZE ((size_t)1 << 16)

static void touch_facts(const struct findings *f)
{
	const struct bytes facts[] = { f->ek_hash,       f->ak_name,       f->ak_key.a,   f->ak_key.b,
				       f->device_key.a,  f->device_key.b,  f->pcr_digest, f->pcr_selection,
				       f->maker.anchor,  f->maker.maker,   f->maker.model, f->maker.version };
	for (size_t i = 0; i < COUNT_OF(facts); i++)
		fuzz_touch(facts[i]);
}

static void judge(const struct evidence *e, const struct anchors *anchors)
{
	const struct evaluation with = { .now = NOW, .anchors = anchors };
	struct arena arena;
	struct findings found;
	struct verdict v;
	arena_init(&arena, ARENA_SIZE);
	fault f = evaluate(e, &with, &arena, &found);
	HOLDS(!f || f->kind == FAULT_INPUT);
	if (!f) {
		HOLDS(verdict_parse(BYTES_OF(found.outcomes), &v) == NULL);
		HOLDS(!is_verdict_trusted(&v));
		touch_facts(&found);
	}
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(bytes_of(p, n));
	struct bytes certificate = rd_tpm2b(&r, TRIP_CERT_MAX);
	struct bytes rest = rd_rest(&r);
	struct evidence e;
	if (r.bad || message_parse(&evidence_message, rest, &e))
		return 0;
	struct anchors *anchors = anchors_new();
	(void)!anchors_put(anchors, certificate, BYTES_TEXT("IBM"), ANCHORS_TEST);
	judge(&e, anchors);
	anchors_free(anchors);
	return 0;
}
