/*
 * store_verdict: what the checks of one piece of evidence gave, and which of them were required.
 */
#ifndef STORE_STORE_VERDICT_H
#define STORE_STORE_VERDICT_H

#include "store/record.h"
#include "store/store.h"

/*
 * evidence and blocklist are digests; outcomes and required are as attest/verdict.h writes them in that
 * edition, 0: nobody knows which; fault absent: it was trusted, and the device admitted. Otherwise that many
 * attempts were refused, the last of them so, with what the device was told besides; of one that was
 * admitted, detail is what its TPM went through since the proof before. leniencies is a set of
 * attest/leniency.def.
 */
#define STORE_VERDICT_FIELDS(F, of) \
	F(of, ID, id, REQ)          \
	F(of, ID, ticket_id, OPT)   \
	F(of, ID, device_id, OPT)   \
	F(of, HASH, evidence, OPT)  \
	F(of, HASH, snapshot, REQ)  \
	F(of, BYTES, outcomes, REQ) \
	F(of, BYTES, required, REQ) \
	F(of, TEXT, fault, OPT)     \
	F(of, TIME, created, REQ)   \
	F(of, HASH, blocklist, OPT) \
	F(of, UINT, leniencies, REQ) \
	F(of, UINT, edition, REQ)   \
	F(of, UINT, attempts, REQ)  \
	F(of, TEXT, detail, OPT)
RECORD_STRUCT(store_verdict, STORE_VERDICT_FIELDS)

MUST fault store_verdict_put(struct store *s, const struct store_verdict *row);
MUST fault store_verdict_get(struct store *s, struct bytes id, struct arena *a, struct store_verdict **ret);

/* The newest by created, then by id; NULL when the device has none. */
MUST fault store_verdict_find_latest(struct store *s, struct bytes device_id, struct arena *a,
				     struct store_verdict **ret);

/* That of the ticket by which the device was admitted, or NULL. */
MUST fault store_verdict_find_ticket(struct store *s, struct bytes device_id, struct bytes ticket_id,
				     struct arena *a, struct store_verdict **ret);

#endif
