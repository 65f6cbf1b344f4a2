/*
 * review: a dossier judged again, by the code that judged it on the server (doc/evidence.md).
 */
#ifndef CLI_REVIEW_H
#define CLI_REVIEW_H

#include "attest/anchors.h"
#include "attest/evaluate.h"
#include "policy/blocklist.h"
#include "policy/claims.h"
#include "policy/rules.h"
#include "wire/dossier.h"

struct review_input {
	struct bytes file;             /* the dossier; what is found borrows from it */
	const struct anchors *anchors; /* NULL: those of the dossier */
	int64_t now; /* certificates are judged as of then; 0: as of when the evidence was sent */
	const struct blocklist *blocklist; /* NULL: firmware as recorded */
	struct rules rules; /* what is zero stays as the dossier has it */
	struct arena *arena;
};

struct review {
	struct dossier dossier;
	fault told;           /* what the device was told; NULL: it was admitted */
	bool is_comparable;   /* recorded is filled: the dossier is of this program's edition */
	struct verdict recorded;
	bool is_judged;       /* what follows is filled: the evidence was kept */
	struct evidence evidence;
	struct findings found; /* without views of anchors */
	struct verdict verdict;
	struct claims claims;
	struct blocklist_finding finding; /* by the blocklist of the input; rows are its */
	bool is_partial; /* the dossier is too old to hold all that the input asks of it */
	fault why; /* what it would be told; NULL: it would be admitted or, at the first trip, asked */
};

/*
 * Judges the dossier. Rows that only records could answer are as recorded, unless a blocklist or rules stand
 * in for what the records said; and so is a refusal that the records made for a reason of their own, while
 * the verdict is what it was. Whoever would be sent another way by the rules' word on attestation, a token in
 * place of proof or the reverse, is not refused and proves nothing yet. PARSE_… when the file is no
 * dossier or its evidence cannot be read, ANCHOR_INVALID for a bad anchor in it, SYS_MEMORY.
 */
MUST fault review_build(const struct review_input *in, struct review *ret);

/* Whether verdict and required rows are those recorded; true when they cannot be compared. */
bool is_review_same(const struct review *r);

#endif
