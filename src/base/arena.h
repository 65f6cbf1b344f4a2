/*
 * arena: the memory of one request, bounded, given back all at once.
 *
 * Overflow is sticky: the first allocation that does not fit marks the arena and gives NULL, and so does
 * every later one, so that a use case may ask once at its end (is_arena_full). What an arena held is wiped
 * when it is given back, since requests carry secrets.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/bytes.h"

struct arena {
	uint8_t *p;
	size_t n;
	size_t at;
	bool full;
};

/* Owns n octets of heap until arena_done. Ends the process when the heap has none. */
void arena_init(struct arena *a, size_t n);
void arena_done(struct arena *a);

/* Wipes everything allocated so far and forgets the overflow mark. */
void arena_reset(struct arena *a);

/* n zeroed octets, aligned for any type, or NULL. */
void *arena_alloc(struct arena *a, size_t n);

/* A copy of b; the empty view when the arena is full. A present but empty view stays present. */
struct bytes arena_copy(struct arena *a, struct bytes b);

/* b as a C string, or NULL when the arena is full or b holds a NUL. */
char *arena_text(struct arena *a, struct bytes b);

/* Formatted text as a C string, or NULL when the arena is full. */
char *arena_format(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* True when something did not fit. */
bool is_arena_full(const struct arena *a);

#endif
