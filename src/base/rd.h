/*
 * rd: the read cursor, big-endian and sticky.
 *
 * After the first bad read every further read gives zero or the empty view, so a parser is a list of reads
 * with one question at the end. One read per statement: C leaves the order inside an expression open.
 */
#ifndef BASE_RD_H
#define BASE_RD_H

#include "base/bytes.h"

struct rd {
	struct bytes in;
	size_t at;
	bool bad;
};

/* A cursor at the first octet of in, which must outlive it and every view read from it. */
struct rd rd_of(struct bytes in);

uint8_t rd_u8(struct rd *r);
uint16_t rd_be16(struct rd *r);
uint32_t rd_be32(struct rd *r);
uint64_t rd_be64(struct rd *r);

/* The next n octets as a view. */
struct bytes rd_bytes(struct rd *r, size_t n);

/* A 16-bit length and that many octets, at most max of them (TPM 2.0 Part 2, TPM2B_ types). */
struct bytes rd_tpm2b(struct rd *r, size_t max);

/* What is left, as a view; consumes it. */
struct bytes rd_rest(struct rd *r);

/* Octets not read yet; zero after a bad read. */
size_t rd_left(const struct rd *r);

/* Marks the input as bad unless the condition holds: for ranges, reserved bits, unknown values. */
void rd_need(struct rd *r, bool condition);

/* True when nothing went wrong and nothing is left over. */
MUST bool is_rd_done(const struct rd *r);

#endif
