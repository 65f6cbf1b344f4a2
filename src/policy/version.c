#include "policy/version.h"

#define DIGITS_MAX 9

bool version_parse(struct bytes text, size_t least, struct version *ret)
{
	struct version v = { 0 };
	size_t n = 0, digits = 0;
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];
		bool is_dot = c == '.', is_digit = c >= '0' && c <= '9';
		if (is_dot ? digits == 0 || ++n == VERSION_PARTS : !is_digit || ++digits > DIGITS_MAX)
			return false;
		if (is_dot)
			digits = 0;
		else
			v.part[n] = v.part[n] * 10 + (uint32_t)(c - '0');
	}
	if (digits == 0 || n + 1 < least)
		return false;
	*ret = v;
	return true;
}

int version_compare(const struct version *a, const struct version *b)
{
	for (size_t i = 0; i < VERSION_PARTS; i++)
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	return 0;
}
