/*
 * store_proof: when a device last proved itself, and what came of its last try.
 *
 * Apart from the wide record of the device: proofs come again and again.
 */
#ifndef STORE_STORE_PROOF_H
#define STORE_STORE_PROOF_H

#include "store/record.h"
#include "store/store.h"

/*
 * attested is when it was last good, tried when one was last judged and purpose what that was for (enum
 * trip_purpose). fault is the code of the last one that failed, and stays until a good one follows. What
 * follows it is what the TPM went through from the good one before the last (before, 0: there is none) to the
 * last one: meanings are bits of policy/interval.def, story says it for people; firmware_top is the newest
 * firmware that it ever had. anchor is the fingerprint of the certificate that the last good one led to.
 */
#define STORE_PROOF_FIELDS(F, of) \
	F(of, ID, device_id, REQ)       \
	F(of, TIME, attested, REQ)      \
	F(of, TIME, tried, REQ)         \
	F(of, UINT, purpose, REQ)       \
	F(of, TEXT, fault, OPT)         \
	F(of, TIME, before, REQ)        \
	F(of, UINT, meanings, REQ)      \
	F(of, UINT, starts, REQ)        \
	F(of, UINT, sleeps, REQ)        \
	F(of, TEXT, story, OPT)         \
	F(of, UINT, firmware_top, REQ)  \
	F(of, HASH, anchor, OPT)
RECORD_STRUCT(store_proof, STORE_PROOF_FIELDS)

/* Stores the row in place of what was. CONFLICT when there is no such device. */
MUST fault store_proof_put(struct store *s, const struct store_proof *row);

/* NULL when the device never tried. */
MUST fault store_proof_find(struct store *s, struct bytes device_id, struct arena *a,
				  struct store_proof **ret);

#endif
