/*
 * primary: the primary keys while they are in a slot, for this folder alone.
 *
 * A primary key is computed from its hierarchy's seed and its template (TPM 2.0 Part 1 §27.2): the same
 * template gives the same key, so none of them needs a file. Persistent copies are taken where a machine has
 * them, because a real TPM needs seconds for an RSA key.
 */
#ifndef TPM_PRIMARY_H
#define TPM_PRIMARY_H

#include "tpm/attestation.h"
#include "tpm/slot.h"

/* The persistent SRK, where a machine has one. */
#define PRIMARY_SRK_HANDLE 0x81000001u

/*
 * The SRK that handle stands for: PRIMARY_SRK_HANDLE, or TPM2_RH_OWNER for the primary of the ECC SRK
 * template; DEVICE_KEY when it is not there. Zero takes the persistent one if it is suitable, otherwise the
 * other; *ret_handle says which it was.
 */
MUST fault primary_open_srk(struct slot *slot, TPM2_HANDLE handle, TPM2_HANDLE *ret_handle);

/* An encrypting HMAC session salted with the SRK, which leaves its slot again. */
MUST fault primary_open_session(struct slot *session);

/* An endorsement key; session is one of the above or ESYS_TR_PASSWORD, ret_public as in slot.h. */
MUST fault primary_open_ek(struct slot *slot, enum endorsement_kind kind, ESYS_TR session,
			   TPM2B_PUBLIC **ret_public);

/*
 * A policy session that an endorsement key of that kind accepts, since its owner knows the endorsement
 * password; session is as above (TCG EK Credential Profile 2.5, B.6).
 */
MUST fault primary_open_policy(struct slot *policy, enum endorsement_kind kind, const struct slot *ek,
			       ESYS_TR session);

/* The attestation key of its type and unique octets. */
MUST fault primary_open_ak(struct slot *slot, const struct attestation *ak, ESYS_TR session,
			   TPM2B_PUBLIC **ret_public);

#endif
