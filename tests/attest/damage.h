/*
 * damage: what every parser of a TPM structure must withstand.
 */
#ifndef TESTS_ATTEST_DAMAGE_H
#define TESTS_ATTEST_DAMAGE_H

#include "base/fault.h"
#include "base/wr.h"

#define DAMAGE_SIZE_MAX 4096

/* Parses in and writes what was understood to w. */
typedef fault damage_copy(struct bytes in, struct wr *w);

/* Fails the test unless whole is accepted and written as the same octets. */
void damage_check_same(struct bytes whole, damage_copy *copy);

/* ... unless every shorter beginning of whole is refused as malformed. */
void damage_check_truncations(struct bytes whole, damage_copy *copy);

/* ... unless whole with an octet more is refused as malformed. */
void damage_check_trailing(struct bytes whole, damage_copy *copy);

/* ... unless whole with any single bit flipped is refused as malformed or written with that bit. */
void damage_check_flips(struct bytes whole, damage_copy *copy);

/* All of them. */
void damage_check(struct bytes whole, damage_copy *copy);

#endif
