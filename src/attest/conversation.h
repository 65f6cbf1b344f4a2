/*
 * conversation: does an answer belong to the challenge that its ticket was sealed for? (doc/protocol.md,
 * ticket)
 *
 * These are rows of CORE, since only core can unseal a ticket; but once it is unsealed they follow from it
 * and from what the answer says, so that whoever holds both can judge them again (wire/dossier.h).
 */
#ifndef ATTEST_CONVERSATION_H
#define ATTEST_CONVERSATION_H

#include "attest/verdict.h"
#include "wire/trip.h"

struct conversation {
	const struct ticket *ticket; /* NULL: it could not be unsealed */
	int64_t now;                 /* core's clock, seconds UTC */
	/* What the answer says and shows. */
	uint64_t purpose;
	struct bytes id, nonce, server_key_hash;
	struct bytes ek_hash, ak_name;
	struct bytes pcr_selection; /* of the quote; absent when there is none */
	struct bytes secret_hash;   /* SHA-256 of the secret; absent when none came */
};

/*
 * True for what cannot be judged again from evidence and ticket: the rows of CORE that only the records can
 * answer, and all of the user's token, which is not kept.
 */
bool is_conversation_record(enum check_id check);

/*
 * Fills the rows of subject FRESH and, when the challenge was one for a TPM, TICKET_EK, TICKET_AK, ACTIVATION
 * and QUOTE_ASKED. Without a ticket all but TICKET_SEAL stay not run.
 */
void conversation_judge(const struct conversation *c, uint8_t outcomes[static CHECK_COUNT]);

#endif
