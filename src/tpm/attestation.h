/*
 * attestation: the attestation key (AK) and what it can prove.
 *
 * The AK is a primary key of the endorsement hierarchy: restricted, signing with the scheme of its type. It
 * has no private blob. Its identity is the 32 random octets in `unique`: the same octets give the same key
 * until the endorsement seed changes, other octets give another (TPM 2.0 Part 1 §27.2). In that hierarchy
 * statements show resetCount, restartCount and firmwareVersion in clear (Part 1 §36.7).
 */
#ifndef TPM_ATTESTATION_H
#define TPM_ATTESTATION_H

#include "base/arena.h"
#include "tpm/endorsement.h"
#include "tpm/keytype.h"

#define ATTESTATION_UNIQUE_SIZE 32
#define ATTESTATION_EXTRA_MAX 32 /* octets that a statement may carry for the caller */

/* One AK of one chip; made again inside every call, for a TPM has few slots. */
struct attestation {
	struct chip *chip;
	enum keytype type;
	uint8_t unique[ATTESTATION_UNIQUE_SIZE];
};

/* A signed TPMS_ATTEST and its TPMT_SIGNATURE. */
struct attestation_statement {
	struct bytes attest;
	struct bytes signature;
};

/* MakeCredential's result: the insides of TPM2B_ID_OBJECT and TPM2B_ENCRYPTED_SECRET, for that kind of EK. */
struct attestation_challenge {
	enum endorsement_kind kind;
	struct bytes credential;
	struct bytes encrypted_secret;
};

/*
 * The AK's TPMT_PUBLIC. All results of this module live in the arena. TPM_KEY_TYPE here and below when this
 * TPM makes no keys of the type.
 */
MUST fault attestation_get_public(const struct attestation *ak, struct arena *arena, struct bytes *ret);

/*
 * The secret inside the challenge: TPM2_ActivateCredential with the EK authorised by PolicySecret of the
 * endorsement hierarchy, and PolicyOR where its template is an H one (TPM 2.0 Part 3 §12.5). ACT_SECRET when
 * the challenge was made for another AK or EK. The caller wipes the secret with its arena.
 */
MUST fault attestation_get_secret(const struct attestation *ak, const struct attestation_challenge *challenge,
				  struct arena *arena, struct bytes *ret);

/*
 * A quote of the PCRs in a TPML_PCR_SELECTION (TPM 2.0 Part 3 §18.4). PARSE_PCRSEL when selection is none.
 */
MUST fault attestation_get_quote(const struct attestation *ak, struct bytes selection,
				 struct bytes extra_data, struct arena *arena,
				 struct attestation_statement *ret);

/*
 * The values of those PCRs in the order of a quote's digest: banks as selected, PCRs ascending; all read
 * while no PCR changed. TPM_BUSY when they would not stay the same, PARSE_PCRSEL as above, PCRSEL when the
 * TPM has no such bank. A later quote may still differ; its digest tells.
 */
MUST fault attestation_list_pcrs(struct chip *chip, struct bytes selection, struct arena *arena,
				 struct bytes_list *ret);

#endif
