/*
 * spki: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 3279, RFC 5480), from numbers and to numbers.
 *
 * It is what a TPM's identity is the SHA-256 of, so it has one form: RSA as rsaEncryption with NULL
 * parameters (never RSAES-OAEP), curves by name, points uncompressed.
 */
#ifndef WIRE_SPKI_H
#define WIRE_SPKI_H

#include "base/rd.h"
#include "base/wr.h"

enum spki_kind { SPKI_NONE = 0, SPKI_RSA, SPKI_P256, SPKI_P384, SPKI_P521 };

#define SPKI_SIZE_MAX 1100

struct spki {
	enum spki_kind kind;
	bool oaep;      /* read only: the algorithm was id-RSAES-OAEP (TPM 1.2 profile) */
	struct bytes a; /* RSA: modulus; curves: x. Big-endian; leading zeros are normalised when written */
	struct bytes b; /* RSA: exponent; curves: y */
};

/* Octets of a coordinate; zero for RSA. */
size_t spki_width(enum spki_kind kind);

/* Appends the SubjectPublicKeyInfo; marks the cursor for an unknown kind or numbers too wide. */
void spki_write(const struct spki *key, struct wr *w);

/*
 * Reads one SubjectPublicKeyInfo; the cursor is marked and SPKI_NONE given for anything but the kinds above.
 * Whether a point lies on its curve and a modulus is worth anything is asked elsewhere (attest/keyrule.h).
 */
struct spki spki_get(struct rd *r);

#endif
