/* review: judges any dossier without harm. Seeds are dossiers that a server kept. */
#include "cli/review.h"
#include "fuzz.h"

#define ARENA_SIZE ((size_t)1 << 18)

static void touch(const struct review *r)
{
	const struct bytes facts[] = { r->found.ek_hash,       r->found.ak_name,    r->found.maker.anchor,
				       r->found.maker.maker,   r->found.maker.model, r->found.maker.version,
				       r->found.pcr_selection, r->found.pcr_digest, r->dossier.fault };
	for (size_t i = 0; i < COUNT_OF(facts); i++)
		fuzz_touch(facts[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena;
	struct review r;
	arena_init(&arena, ARENA_SIZE);
	const struct review_input in = { .file = bytes_of(p, n), .arena = &arena };
	if (!review_build(&in, &r)) {
		touch(&r);
		HOLDS(r.why || !r.is_judged || is_verdict_trusted(&r.verdict));
		HOLDS(!r.claims.is_attested || is_verdict_trusted(&r.verdict));
	}
	arena_done(&arena);
	return 0;
}
