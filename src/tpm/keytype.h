/*
 * keytype: the kinds of signing keys that a device can be told to make, its attestation and device key alike.
 *
 * Each has one hash, that of its strength (SP 800-57 Part 1 §5.6.1); an AK signs with it, by ECDSA or RSASSA.
 * All are named with SHA-256.
 */
#ifndef TPM_KEYTYPE_H
#define TPM_KEYTYPE_H

#include "base/fault.h"

/* KEYTYPE_P256 is what TPMs make fastest, and the default. */
enum keytype { KEYTYPE_P256 = 0, KEYTYPE_P384, KEYTYPE_RSA2048, KEYTYPE_RSA3072, KEYTYPE_COUNT };

struct keytype_row {
	const char *name; /* the word for settings */
	uint16_t type;    /* this and the others: attest/alg.h */
	uint16_t bits;    /* RSA */
	uint16_t curve;   /* ECC */
	uint16_t hash;
};

extern const struct keytype_row keytype_rows[KEYTYPE_COUNT];

/* The type of that word. CONFIG_INVALID when there is none. */
MUST fault keytype_parse(struct bytes word, enum keytype *ret);

/* True when the TPMT_PUBLIC is of a key of this type. */
MUST bool is_keytype_of(enum keytype type, struct bytes public_area);

#endif
