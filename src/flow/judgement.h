/*
 * judgement: the rows of checks.def that core alone can judge, and the verdict they close.
 */
#ifndef FLOW_JUDGEMENT_H
#define FLOW_JUDGEMENT_H

#include "attest/verdict.h"
#include "flow/blocking.h"
#include "flow/naming.h"
#include "policy/blocklist.h"
#include "policy/claims.h"
#include "policy/interval.h"

struct judgement {
	struct verdict verdict;
	enum vouch_by by;
	struct claims claims;
	bool has_key;         /* key_hash is filled */
	uint8_t key_hash[32]; /* identity of the device key */
	uint8_t sharer[16];   /* of AK_REUSED and KEY_REUSED: id of the device whose key this is */
	struct blocking_births births; /* of the keys of a TPM */
	struct blocklist_finding finding; /* rows live as long as the list in force */
	struct interval interval; /* since the device's last good proof; without meaning when there is none */
	bool needs_token; /* a token alone names the device, so it is used up with this answer */
	bool needs_user;  /* its user has signed in, so that token is used up */
	struct user user; /* who that is; all absent unless verify found the token good */
};

/*
 * Compares the facts with the unsealed ticket (NULL: it could not be unsealed) and the records, closes the
 * verdict with what must hold in this case, and reads the claims off it.
 */
MUST fault judgement_build(struct flow *f, const struct answer_facts *facts, const struct ticket *ticket,
			   const struct naming *n, struct judgement *ret);

/* The case as the blocklist sees it; borrows from both. */
struct blocking_case judgement_case(const struct judgement *j, const struct answer_facts *facts);

/* True for a fault of the TPM's firmware or of keys made under it. */
bool is_judgement_firmware(fault why);

/* True for a fault of a TPM that is in an earlier state than the records know of. */
bool is_judgement_back(fault why);

/*
 * Whose attestation failed, by that refusal: the device's that showed its certificate, or of a fault of
 * firmware or keys, which comes after all proof of the TPM, that TPM's. NULL when it is no device's.
 */
const struct store_device *judgement_find_failed(const struct naming *n, fault why);

/*
 * For people, what of this case made the verdict's fault, in the arena; NULL when the fault says it all.
 */
const char *judgement_detail(const struct judgement *j, fault why, struct arena *a);

#endif
