/*
 * roca: recognises RSA moduli of the weak Infineon key generator (CVE-2017-15361).
 *
 * Its primes are k·M + (65537^a mod M) with M the product of the first small primes, so a modulus is a power
 * of 65537 modulo each of them. Of moduli made otherwise fewer than one in 2^27 look like that (Nemec et al.,
 * "The Return of Coppersmith's Attack", CCS 2017, section 2.3).
 */
#ifndef ATTEST_ROCA_H
#define ATTEST_ROCA_H

#include "base/bytes.h"

/* True when the big-endian modulus has the fingerprint. The empty view has not. */
MUST bool is_roca_modulus(struct bytes modulus);

#endif
