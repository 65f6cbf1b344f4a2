#include "wire/cbor.h"

#include "base/text.h"

enum major { MAJOR_UINT = 0, MAJOR_NINT, MAJOR_BYTES = 2, MAJOR_TEXT = 3, MAJOR_ARRAY = 4, MAJOR_MAP = 5 };

/* RFC 8949 §3: three bits of major type, five of argument; with 24..27 it follows in 1, 2, 4, 8 octets. */
static uint64_t head(struct rd *r, enum major major)
{
	uint8_t first = rd_u8(r);
	uint8_t info = first & 0x1F;
	rd_need(r, first >> 5 == major && info <= 27);
	if (info < 24)
		return r->bad ? 0 : info;
	static const uint64_t least[] = { 24, 0x100, 0x10000, 0x100000000 };
	uint64_t v = 0;
	size_t width = (size_t)1 << (info - 24);
	for (size_t i = 0; !r->bad && i < width; i++)
		v = v << 8 | rd_u8(r);
	rd_need(r, r->bad || v >= least[info - 24]);
	return r->bad ? 0 : v;
}

uint64_t cbor_uint(struct rd *r)
{
	return head(r, MAJOR_UINT);
}

int64_t cbor_int(struct rd *r)
{
	bool is_negative = rd_left(r) && r->in.p[r->at] >> 5 == MAJOR_NINT;
	uint64_t v = head(r, is_negative ? MAJOR_NINT : MAJOR_UINT);
	rd_need(r, v <= INT64_MAX);
	if (r->bad)
		return 0;
	return is_negative ? -1 - (int64_t)v : (int64_t)v;
}

struct bytes cbor_bytes(struct rd *r)
{
	uint64_t n = head(r, MAJOR_BYTES);
	rd_need(r, n <= rd_left(r));
	return rd_bytes(r, r->bad ? 0 : (size_t)n);
}

struct bytes cbor_text(struct rd *r)
{
	uint64_t n = head(r, MAJOR_TEXT);
	rd_need(r, n <= rd_left(r));
	struct bytes b = rd_bytes(r, r->bad ? 0 : (size_t)n);
	rd_need(r, is_text_printable(b));
	return r->bad ? (struct bytes){ 0 } : b;
}

size_t cbor_array(struct rd *r)
{
	uint64_t n = head(r, MAJOR_ARRAY);
	rd_need(r, n <= rd_left(r));
	return r->bad ? 0 : (size_t)n;
}

size_t cbor_map(struct rd *r)
{
	uint64_t n = head(r, MAJOR_MAP);
	rd_need(r, n <= rd_left(r) / 2);
	return r->bad ? 0 : (size_t)n;
}

static void put_head(struct wr *w, enum major major, uint64_t v)
{
	uint8_t type = (uint8_t)(major << 5);
	if (v < 24) {
		wr_u8(w, (uint8_t)(type | v));
	} else if (v <= UINT8_MAX) {
		wr_u8(w, type | 24);
		wr_u8(w, (uint8_t)v);
	} else if (v <= UINT16_MAX) {
		wr_u8(w, type | 25);
		wr_be16(w, (uint16_t)v);
	} else if (v <= UINT32_MAX) {
		wr_u8(w, type | 26);
		wr_be32(w, (uint32_t)v);
	} else {
		wr_u8(w, type | 27);
		wr_be64(w, v);
	}
}

void cbor_put_uint(struct wr *w, uint64_t v)
{
	put_head(w, MAJOR_UINT, v);
}

void cbor_put_bytes(struct wr *w, struct bytes b)
{
	put_head(w, MAJOR_BYTES, b.n);
	wr_bytes(w, b);
}

void cbor_put_text(struct wr *w, struct bytes b)
{
	put_head(w, MAJOR_TEXT, b.n);
	wr_bytes(w, b);
}

void cbor_put_array(struct wr *w, size_t n)
{
	put_head(w, MAJOR_ARRAY, n);
}

void cbor_put_map(struct wr *w, size_t n)
{
	put_head(w, MAJOR_MAP, n);
}
