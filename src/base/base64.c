#include "base/base64.h"

#define GROUP 4
#define PADDING '='

/* The six bits a character stands for, or -1. */
static int digit(uint8_t c)
{
	static const struct {
		uint8_t first, last, value;
	} runs[] = {
		{ 'A', 'Z', 0 }, { 'a', 'z', 26 }, { '0', '9', 52 }, { '+', '+', 62 }, { '/', '/', 63 },
	};
	for (size_t i = 0; i < COUNT_OF(runs); i++)
		if (c >= runs[i].first && c <= runs[i].last)
			return c - runs[i].first + runs[i].value;
	return -1;
}

/* How many of the text's last characters are padding, at most two. */
static size_t padding(struct bytes text)
{
	size_t n = 0;
	while (n < 2 && n < text.n && text.p[text.n - 1 - n] == PADDING)
		n++;
	return n;
}

/* One group of which `used` characters are digits: the bits above those of whole octets must be zero. */
static bool parse_group(const uint8_t *group, size_t used, struct wr *w)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < GROUP; i++) {
		int value = i < used ? digit(group[i]) : 0;
		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
	}
	for (size_t i = 0; i + 1 < used; i++)
		wr_u8(w, (uint8_t)(bits >> (16 - 8 * i)));
	return (bits & (0xFFFFFFu >> (8 * (used - 1)))) == 0;
}

bool base64_parse(struct bytes text, struct wr *w)
{
	struct wr out = *w;
	size_t digits = text.n - padding(text);
	if (text.n % GROUP)
		return false;
	for (size_t at = 0; at < text.n; at += GROUP) {
		size_t used = digits - at < GROUP ? digits - at : GROUP;
		if (!parse_group(text.p + at, used, &out))
			return false;
	}
	if (out.bad)
		return false;
	*w = out;
	return true;
}
