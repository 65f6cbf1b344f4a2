/*
 * keytype: the kinds of signing keys that a device can be told to make, its attestation and device key alike.
 *
 * Each has one hash, which the TCG's templates pair with keys of its size (EK Credential Profile 2.5, B.3).
 * An AK signs with it, by the scheme of its type; the device key beside it has no scheme (tpm/template.h).
 * All are named with SHA-256.
 */
#ifndef TPM_KEYTYPE_H
#define TPM_KEYTYPE_H

#include "base/fault.h"

/* KEYTYPE_P256 is what TPMs make fastest, and the default. Few TPMs make the last of each kind. */
enum keytype {
	KEYTYPE_P256 = 0,
	KEYTYPE_P384,
	KEYTYPE_P521,
	KEYTYPE_RSA2048,
	KEYTYPE_RSA3072,
	KEYTYPE_RSA4096,
	KEYTYPE_RSA2048_PSS,
	KEYTYPE_RSA3072_PSS,
	KEYTYPE_RSA4096_PSS,
	KEYTYPE_COUNT
};

/* All words, for people. */
#define KEYTYPE_WORDS "p256, p384, p521, rsa2048, rsa3072, rsa4096, or one of the last three with -pss"

struct keytype_row {
	const char *name; /* the word for settings */
	uint16_t type;    /* this and the others: attest/alg.h */
	uint16_t bits;    /* RSA */
	uint16_t curve;   /* ECC */
	uint16_t scheme;  /* an AK's */
	uint16_t hash;
};

extern const struct keytype_row keytype_rows[KEYTYPE_COUNT];

/* The type of that word. CONFIG_INVALID when there is none. */
MUST fault keytype_parse(struct bytes word, enum keytype *ret);

/* True when the TPMT_PUBLIC is of a key of this type: of its scheme, or of none. */
MUST bool is_keytype_of(enum keytype type, struct bytes public_area);

/* The first type that the TPMT_PUBLIC is of; NULL for a key of none. */
const struct keytype_row *keytype_find(struct bytes public_area);

#endif
