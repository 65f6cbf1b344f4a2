#include "base/bytes.h"

#include <string.h>

struct bytes bytes_of(const void *p, size_t n)
{
	return (struct bytes){ p, n };
}

struct bytes bytes_text(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, text ? strlen(text) : 0 };
}

struct bytes bytes_slice(struct bytes b, size_t at, size_t n)
{
	if (!b.p || at > b.n || n > b.n - at)
		return (struct bytes){ 0 };
	return (struct bytes){ b.p + at, n };
}

struct bytes bytes_until(struct bytes *rest, uint8_t end)
{
	const uint8_t *p = rest->n ? memchr(rest->p, end, rest->n) : NULL;
	size_t n = p ? (size_t)(p - rest->p) : rest->n;
	struct bytes before = bytes_slice(*rest, 0, n);
	*rest = p ? bytes_slice(*rest, n + 1, rest->n - n - 1) : (struct bytes){ 0 };
	return before;
}

struct bytes bytes_unless_empty(struct bytes b)
{
	return b.n ? b : (struct bytes){ 0 };
}

struct bytes bytes_magnitude(struct bytes number)
{
	size_t zeros = 0;
	while (zeros < number.n && number.p[zeros] == 0)
		zeros++;
	return bytes_slice(number, zeros, number.n - zeros);
}

bool is_bytes_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool is_bytes_text(struct bytes b, const char *text)
{
	return is_bytes_equal(b, bytes_text(text));
}

bool is_bytes_uniform(struct bytes b, uint8_t v)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] != v)
			return false;
	return true;
}

bool bytes_copy(struct bytes b, uint8_t *out, size_t n)
{
	if (b.n != n)
		return false;
	if (n)
		memcpy(out, b.p, n);
	return true;
}

int bytes_compare(struct bytes a, struct bytes b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return a.n ? memcmp(a.p, b.p, a.n) : 0;
}

bool bytes_list_put(struct bytes_list *list, struct bytes b)
{
	if (list->n >= BYTES_LIST_MAX)
		return false;
	list->v[list->n++] = b;
	return true;
}
