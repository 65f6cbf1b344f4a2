/*
 * nv: what is written in the TPM's own memory, for this folder alone (TPM 2.0 Part 1 §37).
 */
#ifndef TPM_NV_H
#define TPM_NV_H

#include "tpm/slot.h"

/* The most octets of one index that are read: a certificate. */
#define NV_CONTENT_MAX 8192

/* The defined indices from first to last, ascending, at most BYTES_LIST_MAX of them. */
struct nv_list {
	size_t n;
	TPM2_HANDLE v[BYTES_LIST_MAX];
};
MUST fault nv_list(struct chip *chip, TPM2_HANDLE first, TPM2_HANDLE last, struct nv_list *ret);

/*
 * The whole content of an index, in the arena; absent when it is not defined, was never written, is larger
 * than NV_CONTENT_MAX or may be read by the platform alone. TPM_AUTH when a password protects it.
 */
MUST fault nv_find(struct chip *chip, TPM2_HANDLE index, struct arena *arena, struct bytes *ret);

#endif
