/*
 * bytes: a view of octets that somebody else owns.
 *
 * Views are borrowed and never freed. Whoever makes one says how long it lives; a parser's views live as long
 * as the input it was given. The empty view may have p == NULL, which messages use for "absent".
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST __attribute__((warn_unused_result))

/* The ceiling of every list read from outside: certificates of a chain, hashes, PCR values. */
#define BYTES_LIST_MAX 32

struct bytes {
	const uint8_t *p;
	size_t n;
};

struct bytes_list {
	size_t n;
	struct bytes v[BYTES_LIST_MAX];
};

/* A view of a literal or an array whose size the compiler knows (without a literal's final NUL). */
#define BYTES_OF(array) ((struct bytes){ (const uint8_t *)(array), sizeof(array) })
#define BYTES_TEXT(literal) ((struct bytes){ (const uint8_t *)("" literal), sizeof(literal) - 1 })

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A view of n octets at p. */
struct bytes bytes_of(const void *p, size_t n);

/* A view of a C string without its final NUL; NULL gives the absent view. */
struct bytes bytes_text(const char *text);

/* The octets [at, at + n) of b, or the empty view when they do not lie inside. */
struct bytes bytes_slice(struct bytes b, size_t at, size_t n);

/*
 * What stands before the first octet `end`; rest is then what stands behind it. All of rest when there is
 * none, and rest is then absent.
 */
struct bytes bytes_until(struct bytes *rest, uint8_t end);

/* b, or the absent view when it has no octets. */
struct bytes bytes_unless_empty(struct bytes b);

/* A big-endian number without its leading zero octets; zero becomes a view of no octets. */
struct bytes bytes_magnitude(struct bytes number);

/* True when both hold the same octets. Not for secrets: see secret.h. */
bool is_bytes_equal(struct bytes a, struct bytes b);

/* True when b holds the octets of the C string, no more and no less. */
bool is_bytes_text(struct bytes b, const char *text);

/* True when all octets of b have the value v; the empty view is uniform. */
bool is_bytes_uniform(struct bytes b, uint8_t v);

/* Copies exactly n octets of b to out. Returns false, writing nothing, when b has another length. */
MUST bool bytes_copy(struct bytes b, uint8_t *out, size_t n);

/* Order for sorting and canonical maps: shorter first, then octet by octet; below zero, zero, above zero. */
int bytes_compare(struct bytes a, struct bytes b);

/* Adds a view to a list. Returns false when the list is full. */
MUST bool bytes_list_put(struct bytes_list *list, struct bytes b);

#endif
