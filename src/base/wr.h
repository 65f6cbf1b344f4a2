/*
 * wr: the write cursor, big-endian, bounded and sticky.
 *
 * It writes into memory of the caller and never past its end: a write that does not fit marks the cursor and
 * all further writes do nothing, so one question at the end is enough.
 */
#ifndef BASE_WR_H
#define BASE_WR_H

#include "base/bytes.h"

struct wr {
	uint8_t *p;
	size_t n;
	size_t at;
	bool bad;
};

/* A cursor over n octets at p, which the caller owns. */
struct wr wr_of(uint8_t *p, size_t n);

void wr_u8(struct wr *w, uint8_t v);
void wr_be16(struct wr *w, uint16_t v);
void wr_be32(struct wr *w, uint32_t v);
void wr_be64(struct wr *w, uint64_t v);
void wr_bytes(struct wr *w, struct bytes b);

/* A 16-bit length and the octets (TPM 2.0 Part 2, TPM2B_ types). */
void wr_tpm2b(struct wr *w, struct bytes b);

/* Reserves a 16-bit length at the present place and returns that place; wr_close16 fills it in. */
size_t wr_open16(struct wr *w);
void wr_close16(struct wr *w, size_t place);

/* What has been written, as a view into the caller's memory; the empty view after a bad write. */
struct bytes wr_done(const struct wr *w);

#endif
