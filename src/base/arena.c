#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

#define ARENA_ALIGN 16

void arena_init(struct arena *a, size_t n)
{
	*a = (struct arena){ .p = calloc(1, n), .n = n };
	if (!a->p)
		abort();
}

void arena_done(struct arena *a)
{
	arena_reset(a);
	free(a->p);
	*a = (struct arena){ 0 };
}

void arena_reset(struct arena *a)
{
	secret_done(a->p, a->at);
	a->at = 0;
	a->full = false;
}

void *arena_alloc(struct arena *a, size_t n)
{
	size_t left = a->n - a->at;
	size_t need = (n + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if (a->full || need < n || need > left) {
		a->full = true;
		return NULL;
	}
	uint8_t *p = a->p + a->at;
	a->at += need;
	return p;
}

struct bytes arena_copy(struct arena *a, struct bytes b)
{
	if (!b.p)
		return b;
	uint8_t *p = arena_alloc(a, b.n + 1);
	if (!p)
		return (struct bytes){ 0 };
	memcpy(p, b.p, b.n);
	return bytes_of(p, b.n);
}

char *arena_text(struct arena *a, struct bytes b)
{
	if (b.n && memchr(b.p, 0, b.n))
		return NULL;
	char *p = arena_alloc(a, b.n + 1);
	if (p && b.n)
		memcpy(p, b.p, b.n);
	return p;
}

char *arena_format(struct arena *a, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	int n = vsnprintf(NULL, 0, format, list);
	va_end(list);
	char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
	if (!p)
		return NULL;
	va_start(list, format);
	vsnprintf(p, (size_t)n + 1, format, list);
	va_end(list);
	return p;
}

bool is_arena_full(const struct arena *a)
{
	return a->full;
}
