#include "base/rd.h"

struct rd rd_of(struct bytes in)
{
	return (struct rd){ .in = in };
}

struct bytes rd_bytes(struct rd *r, size_t n)
{
	if (r->bad || n > r->in.n - r->at) {
		r->bad = true;
		return (struct bytes){ 0 };
	}
	struct bytes b = bytes_slice(r->in, r->at, n);
	r->at += n;
	return b;
}

static uint64_t big_endian(struct rd *r, size_t width)
{
	struct bytes b = rd_bytes(r, width);
	uint64_t v = 0;
	for (size_t i = 0; i < b.n; i++)
		v = v << 8 | b.p[i];
	return v;
}

uint8_t rd_u8(struct rd *r)
{
	return (uint8_t)big_endian(r, 1);
}

uint16_t rd_be16(struct rd *r)
{
	return (uint16_t)big_endian(r, 2);
}

uint32_t rd_be32(struct rd *r)
{
	return (uint32_t)big_endian(r, 4);
}

uint64_t rd_be64(struct rd *r)
{
	return big_endian(r, 8);
}

struct bytes rd_tpm2b(struct rd *r, size_t max)
{
	size_t n = rd_be16(r);
	rd_need(r, n <= max);
	return rd_bytes(r, n);
}

struct bytes rd_rest(struct rd *r)
{
	return rd_bytes(r, rd_left(r));
}

size_t rd_left(const struct rd *r)
{
	return r->bad ? 0 : r->in.n - r->at;
}

void rd_need(struct rd *r, bool condition)
{
	if (!condition)
		r->bad = true;
}

bool is_rd_done(const struct rd *r)
{
	return !r->bad && r->at == r->in.n;
}
