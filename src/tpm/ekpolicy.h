/*
 * ekpolicy: what endorsement keys of the TCG's templates ask of whoever uses them, for this folder alone.
 *
 * TCG EK Credential Profile 2.5, B.6: PolicyA is PolicySecret(TPM_RH_ENDORSEMENT), PolicyC a policy in an NV
 * index, PolicyB either of the two. Keys of L templates have PolicyA, those of H templates PolicyB.
 */
#ifndef TPM_EKPOLICY_H
#define TPM_EKPOLICY_H

#include <tss2/tss2_tpm2_types.h>

struct ekpolicy {
	TPM2_ALG_ID hash;
	TPM2B_DIGEST a, b, c;
};

/* The policies in that name hash, which a template has. */
const struct ekpolicy *ekpolicy_of(TPM2_ALG_ID hash);

#endif
