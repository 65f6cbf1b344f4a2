#include "base/wr.h"

#include <string.h>

struct wr wr_of(uint8_t *p, size_t n)
{
	return (struct wr){ .p = p, .n = n };
}

void wr_bytes(struct wr *w, struct bytes b)
{
	if (w->bad || b.n > w->n - w->at) {
		w->bad = true;
		return;
	}
	if (b.n)
		memcpy(w->p + w->at, b.p, b.n);
	w->at += b.n;
}

static void big_endian(struct wr *w, uint64_t v, size_t width)
{
	uint8_t out[8];
	for (size_t i = 0; i < width; i++)
		out[i] = (uint8_t)(v >> (8 * (width - 1 - i)));
	wr_bytes(w, bytes_of(out, width));
}

void wr_u8(struct wr *w, uint8_t v)
{
	big_endian(w, v, 1);
}

void wr_be16(struct wr *w, uint16_t v)
{
	big_endian(w, v, 2);
}

void wr_be32(struct wr *w, uint32_t v)
{
	big_endian(w, v, 4);
}

void wr_be64(struct wr *w, uint64_t v)
{
	big_endian(w, v, 8);
}

void wr_tpm2b(struct wr *w, struct bytes b)
{
	if (b.n > UINT16_MAX)
		w->bad = true;
	wr_be16(w, (uint16_t)b.n);
	wr_bytes(w, b);
}

size_t wr_open16(struct wr *w)
{
	size_t place = w->at;
	wr_be16(w, 0);
	return place;
}

void wr_close16(struct wr *w, size_t place)
{
	if (w->bad)
		return;
	size_t n = w->at - place - 2;
	if (n > UINT16_MAX) {
		w->bad = true;
		return;
	}
	w->p[place] = (uint8_t)(n >> 8);
	w->p[place + 1] = (uint8_t)n;
}

struct bytes wr_done(const struct wr *w)
{
	return w->bad ? (struct bytes){ 0 } : bytes_of(w->p, w->at);
}
