/*
 * credential: a secret that only the TPM with this EK opens, and only when the key of that Name is in it
 * too (TPM 2.0 Part 1 §24, §11.4.10; Annexes B.10 and C.6).
 *
 * The one place below the line where OpenSSL draws its own randomness: for OAEP's padding and for the
 * ephemeral key of an elliptic EK.
 */
#ifndef ATTEST_CREDENTIAL_H
#define ATTEST_CREDENTIAL_H

#include "attest/public.h"

#define CREDENTIAL_SECRET_MAX 64
#define CREDENTIAL_SEED_MAX ALG_DIGEST_MAX
#define CREDENTIAL_BLOB_MAX (2 + ALG_DIGEST_MAX + 2 + 2 + CREDENTIAL_SECRET_MAX)

/* What goes to the device: the insides of TPM2B_ID_OBJECT and of TPM2B_ENCRYPTED_SECRET. */
struct credential_parcel {
	size_t blob_n;
	uint8_t blob[CREDENTIAL_BLOB_MAX];
	size_t encrypted_n;
	uint8_t encrypted[ALG_RSA_MAX];
};

/* An endorsement key in software. */
struct credential_key {
	const struct public *ek;
	struct evp_pkey_st *private_key;
};

/* The two insides as they came. */
struct credential_view {
	struct bytes blob;
	struct bytes encrypted;
};

/*
 * Wraps secret (1 to the size of the EK's name hash) for ek and the key called name. seed is at least as
 * many fresh random octets as the EK's name hash has, CREDENTIAL_SEED_MAX for any EK; only those are used,
 * and none by an elliptic EK, which makes its own. KEY_LINK when ek is no key that can be encrypted to,
 * NAMEALG, BUG for sizes that are wrong.
 */
MUST fault credential_build(const struct public *ek, struct bytes name, struct bytes secret,
			    struct bytes seed, struct credential_parcel *ret);

/*
 * What TPM2_ActivateCredential does, with the private EK in software: writes the secret to out and its size
 * to *ret_size. ACT_SECRET when it does not open. For the simulator and for tests.
 */
MUST fault credential_open(const struct credential_key *key, struct bytes name, struct credential_view in,
			   uint8_t out[static CREDENTIAL_SECRET_MAX], size_t *ret_size);

#endif
