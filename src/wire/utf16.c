#include "wire/utf16.h"

#include "base/rd.h"
#include "base/wr.h"

#define UTF8_PER_UNIT 3 /* octets at most; a pair of units takes four */

bool is_utf16(struct bytes text)
{
	return text.n >= 2 && text.p[0] == 0xFF && text.p[1] == 0xFE;
}

static uint32_t read_unit(struct rd *r)
{
	uint8_t low = rd_u8(r);
	return low | (uint32_t)rd_u8(r) << 8;
}

/* A character of one unit or of a pair of surrogates. */
static uint32_t read_character(struct rd *r)
{
	uint32_t first = read_unit(r);
	if (first < 0xD800 || first > 0xDFFF)
		return first;
	uint32_t second = read_unit(r);
	rd_need(r, first <= 0xDBFF && second >= 0xDC00 && second <= 0xDFFF);
	return 0x10000 + ((first & 0x3FF) << 10 | (second & 0x3FF));
}

static void write_character(uint32_t c, struct wr *w)
{
	static const struct {
		uint32_t below;
		uint8_t lead;
		unsigned shift;
	} forms[] = { { 0x80, 0, 0 }, { 0x800, 0xC0, 6 }, { 0x10000, 0xE0, 12 }, { 0x110000, 0xF0, 18 } };
	size_t i = 0;
	while (c >= forms[i].below)
		i++;
	wr_u8(w, (uint8_t)(forms[i].lead | c >> forms[i].shift));
	for (unsigned shift = forms[i].shift; shift > 0; shift -= 6)
		wr_u8(w, (uint8_t)(0x80 | (c >> (shift - 6) & 0x3F)));
}

fault utf16_parse(struct bytes text, struct arena *arena, struct bytes *ret)
{
	NEED(is_utf16(text), PARSE_RANGE);
	NEED(text.n % 2 == 0, PARSE_LEN);
	size_t room = text.n / 2 * UTF8_PER_UNIT;
	uint8_t *p = arena_alloc(arena, room);
	NEED(p, SYS_MEMORY);
	struct rd r = rd_of(bytes_slice(text, 2, text.n - 2));
	struct wr w = wr_of(p, room);
	while (rd_left(&r))
		write_character(read_character(&r), &w);
	NEED(is_rd_done(&r), PARSE_RANGE);
	*ret = wr_done(&w);
	return NULL;
}
