/*
 * subject: the public keys that certificates may be made for.
 *
 * A subject key travels as numbers (wire/frame.h): a point by x and y, RSA by modulus and exponent. This
 * module knows which numbers are good enough; that somebody holds the private half is proved elsewhere
 * (attest/, csr.h).
 */
#ifndef CERT_SUBJECT_H
#define CERT_SUBJECT_H

#include "base/fault.h"
#include "wire/frame.h"
#include "wire/spki.h"

struct subject {
	enum frame_key kind;
	struct bytes a; /* curves: x; RSA: modulus */
	struct bytes b; /* curves: y; RSA: exponent */
};

/*
 * KEY_WEAK unless the key is P-256, P-384 or P-521 with coordinates as wide as the curve's, or RSA of 2048 to
 * 4096 bits, a multiple of eight, with an odd exponent from 65537 to 64 bits (FIPS 186-5 §A.1.1, narrowed).
 * Numbers have no leading zeros beyond a coordinate's width. That a point lies on its curve is not asked
 * here.
 */
MUST fault subject_check(const struct subject *s);

/* The same key for spki_write, which borrows its numbers; SPKI_NONE for an unknown kind. */
struct spki subject_spki(const struct subject *s);

#endif
