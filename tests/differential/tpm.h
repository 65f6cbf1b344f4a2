/*
 * tpm: the TPM structures that we and tss2-mu both read, as contests.
 */
#ifndef TESTS_DIFFERENTIAL_TPM_H
#define TESTS_DIFFERENTIAL_TPM_H

#include <string.h>
#include <tss2/tss2_mu.h>

#include "contest.h"

extern const struct contest tpm_public, tpm_public2b, tpm_statement, tpm_signature, tpm_selection;

/* A reader of theirs, of one type: tss2-mu must take all octets, and then writes what it understood. */
#define TPM_THEIRS(reader, TYPE)                                                      \
	static const void *reader(struct bytes in, struct wr *w)                      \
	{                                                                             \
		static TYPE read;                                                     \
		size_t at = 0, n = 0;                                                 \
		memset(&read, 0, sizeof(read));                                       \
		if (Tss2_MU_##TYPE##_Unmarshal(in.p, in.n, &at, &read) || at != in.n) \
			return NULL;                                                  \
		w->bad = Tss2_MU_##TYPE##_Marshal(&read, w->p, w->n, &n) != 0;        \
		w->at = n;                                                            \
		return &read;                                                         \
	}

/* The size of a digest by the hashes of the TCG Algorithm Registry that TPMs name, or zero. */
uint16_t tpm_hash_size(uint16_t hash);

#endif
