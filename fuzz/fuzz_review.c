/* review: judges any dossier, as it is and by a proposal, without harm. Seeds are those of a server. */
#include "cli/review.h"
#include "fuzz.h"
#include "policy/tpmclass.h"

#define ARENA_SIZE ((size_t)1 << 18)

static void touch(const struct review *r)
{
	const struct bytes facts[] = { r->found.ek_hash,       r->found.ak_name,    r->found.maker.anchor,
				       r->found.maker.maker,   r->found.maker.model, r->found.maker.version,
				       r->found.pcr_selection, r->found.pcr_digest, r->dossier.fault };
	for (size_t i = 0; i < COUNT_OF(facts); i++)
		fuzz_touch(facts[i]);
}

/* Words may send a device another way, but no proposal makes claims of what is not trusted. */
static void judge_proposal(struct bytes file, struct arena *arena)
{
	static const struct blocklist_row row = { .basis = BLOCKLIST_BY_FIRMWARE, .effect = BLOCKLIST_REFUSE,
						  .kinds = BLOCKLIST_RSA | BLOCKLIST_ECC,
						  .last = UINT64_MAX };
	static const struct blocklist list = { .n = 1, .v = &row };
	struct review r;
	for (enum vouch_mode m = VOUCH_MODE_REQUIRED; m <= VOUCH_MODE_LAST; m++) {
		const struct rules rules = { RULES_FALSE, RULES_FALSE, m, TPMCLASS_DENY, TPMCLASS_DENY };
		const struct review_input in = { .file = file, .blocklist = &list, .rules = rules,
						 .arena = arena };
		arena_reset(arena);
		if (!review_build(&in, &r))
			HOLDS(!r.claims.is_attested || is_verdict_trusted(&r.verdict));
	}
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
	judge_proposal(bytes_of(p, n), &arena);
	arena_done(&arena);
	return 0;
}
