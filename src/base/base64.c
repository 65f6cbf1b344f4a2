#include "base/base64.h"

#include "base/rd.h"

#define GROUP 4
#define PADDING '='

/* What the digits 62 and 63 look like. */
static const char standard[] = "+/", for_urls[] = "-_";

/* The six bits a character stands for, or -1. */
static int digit(uint8_t c, const char *last)
{
	static const struct {
		uint8_t first, last, value;
	} runs[] = { { 'A', 'Z', 0 }, { 'a', 'z', 26 }, { '0', '9', 52 } };
	for (size_t i = 0; i < COUNT_OF(runs); i++)
		if (c >= runs[i].first && c <= runs[i].last)
			return c - runs[i].first + runs[i].value;
	return c == last[0] ? 62 : c == last[1] ? 63 : -1;
}

/* How many of the text's last characters are padding, at most two. */
static size_t padding(struct bytes text)
{
	size_t n = 0;
	while (n < 2 && n < text.n && text.p[text.n - 1 - n] == PADDING)
		n++;
	return n;
}

/* A group of two to four digits: the bits behind those of whole octets must be zero. */
static bool parse_group(struct bytes group, const char *last, struct wr *w)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < GROUP; i++) {
		int value = i < group.n ? digit(group.p[i], last) : 0;
		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
	}
	for (size_t i = 0; i + 1 < group.n; i++)
		wr_u8(w, (uint8_t)(bits >> (16 - 8 * i)));
	return (bits & (0xFFFFFFu >> (8 * (group.n - 1)))) == 0;
}

static bool parse(struct bytes digits, const char *last, struct wr *w)
{
	struct wr out = *w;
	if (digits.n % GROUP == 1)
		return false;
	for (size_t at = 0; at < digits.n; at += GROUP) {
		size_t used = digits.n - at < GROUP ? digits.n - at : GROUP;
		if (!parse_group(bytes_slice(digits, at, used), last, &out))
			return false;
	}
	if (out.bad)
		return false;
	*w = out;
	return true;
}

bool base64_parse(struct bytes text, struct wr *w)
{
	return text.n % GROUP == 0 && parse(bytes_slice(text, 0, text.n - padding(text)), standard, w);
}

bool base64_parse_url(struct bytes text, struct wr *w)
{
	size_t padded = padding(text);
	bool is_whole = padded == 0 || text.n % GROUP == 0;
	return is_whole && parse(bytes_slice(text, 0, text.n - padded), for_urls, w);
}

#define LETTERS_AND_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static void write(struct bytes octets, const char *digits, struct wr *w)
{
	struct rd r = rd_of(octets);
	while (rd_left(&r)) {
		size_t n = rd_left(&r) < 3 ? rd_left(&r) : 3;
		uint32_t bits = 0;
		for (size_t i = 0; i < 3; i++)
			bits = bits << 8 | (i < n ? rd_u8(&r) : 0);
		for (size_t i = 0; i <= n; i++)
			wr_u8(w, (uint8_t)digits[bits >> (18 - 6 * i) & 63]);
	}
}

static void write_padding(struct bytes octets, struct wr *w)
{
	for (size_t n = octets.n; n % 3; n++)
		wr_u8(w, PADDING);
}

void base64_write(struct bytes octets, struct wr *w)
{
	write(octets, LETTERS_AND_DIGITS "+/", w);
	write_padding(octets, w);
}

void base64_write_bare(struct bytes octets, struct wr *w)
{
	write(octets, LETTERS_AND_DIGITS "-_", w);
}

void base64_write_url(struct bytes octets, struct wr *w)
{
	base64_write_bare(octets, w);
	write_padding(octets, w);
}
