/*
 * signature: TPMT_SIGNATURE of RSASSA, RSAPSS and the elliptic schemes (TPM 2.0 Part 2 §11.3.4).
 */
#ifndef ATTEST_SIGNATURE_H
#define ATTEST_SIGNATURE_H

#include "attest/public.h"

struct signature {
	uint16_t scheme;
	uint16_t hash;
	struct bytes a; /* RSA: the signature; ECC: r */
	struct bytes b; /* ECC: s */
};

/* Reads a TPMT_SIGNATURE; ret borrows from in. PARSE_LEN, PARSE_TRAILING, PARSE_RANGE. */
MUST fault signature_parse(struct bytes in, struct signature *ret);

/* Appends the TPMT_SIGNATURE. */
void signature_write(const struct signature *s, struct wr *w);

/* That the signature is of the scheme the key's public area states: SIG_ALG. */
MUST fault signature_check_scheme(const struct signature *s, const struct public *key);

/* That its hash is the one of that scheme: SIG_HASH. */
MUST fault signature_check_hash(const struct signature *s, const struct public *key);

/*
 * That key made the signature of message: both checks above, then SIG_INVALID. Numbers outside their range
 * (FIPS 186-5 §6.4.2: r and s from 1 to n − 1) are invalid. KEY_LINK when the key's numbers form no key.
 */
MUST fault signature_check(const struct signature *s, const struct public *key, struct bytes message);

#endif
