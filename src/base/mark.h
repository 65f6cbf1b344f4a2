/*
 * mark: a number that octets make, by which mistakes are found out: FNV-1a of 64 bits. It is no proof against
 * anybody who chooses octets.
 */
#ifndef BASE_MARK_H
#define BASE_MARK_H

#include "base/bytes.h"

#define MARK_NONE UINT64_C(0xCBF29CE484222325) /* of no octets */

/* The mark of octets behind those that made `before`. */
uint64_t mark_of(uint64_t before, struct bytes in);

#endif
