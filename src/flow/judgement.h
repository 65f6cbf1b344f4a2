/*
 * judgement: the rows of checks.def that core alone can judge, and the verdict they close.
 */
#ifndef FLOW_JUDGEMENT_H
#define FLOW_JUDGEMENT_H

#include "attest/verdict.h"
#include "flow/flow.h"
#include "flow/naming.h"
#include "policy/claims.h"

struct judgement {
	struct verdict verdict;
	enum vouch_by by;
	struct claims claims;
	bool has_key;         /* key_hash is filled */
	uint8_t key_hash[32]; /* identity of the device key */
	bool has_sharer;      /* sharer is filled */
	uint8_t sharer[16];   /* id of the other device whose key this is */
	bool needs_token; /* a token alone names the device, so it is used up with this answer */
};

/*
 * Compares the facts with the unsealed ticket (NULL: it could not be unsealed) and the records, closes the
 * verdict with what must hold in this case, and reads the claims off it.
 */
MUST fault judgement_build(struct flow *f, const struct answer_facts *facts, const struct ticket *ticket,
			   const struct naming *n, struct judgement *ret);

#endif
