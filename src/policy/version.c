#include "policy/version.h"

#define DIGITS_MAX 9

static bool is_number(struct bytes text, uint32_t *ret)
{
	uint32_t number = 0;
	if (text.n == 0 || text.n > DIGITS_MAX)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		number = number * 10 + (uint32_t)(text.p[i] - '0');
	}
	*ret = number;
	return true;
}

bool version_parse(struct bytes text, size_t least, struct version *ret)
{
	struct version v = { 0 };
	struct bytes rest = text;
	size_t n = 0;
	while (rest.p && n < VERSION_PARTS)
		if (!is_number(bytes_until(&rest, '.'), &v.part[n++]))
			return false;
	if (rest.p || n < least)
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
