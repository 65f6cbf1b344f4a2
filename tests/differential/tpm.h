/*
 * tpm: the TPM structures that we and tss2-mu both read, as contests.
 */
#ifndef TESTS_DIFFERENTIAL_TPM_H
#define TESTS_DIFFERENTIAL_TPM_H

#include "contest.h"

extern const struct contest tpm_public, tpm_public2b, tpm_statement, tpm_signature, tpm_selection;

/* The size of a digest by the hashes of the TCG Algorithm Registry that TPMs name, or zero. */
uint16_t tpm_hash_size(uint16_t hash);

#endif
