/*
 * value: what goes into a statement and what comes out of one. Internal to store/.
 *
 * A value that does not have the form its maker asks for is VALUE_BAD, and a statement that is given one does
 * not run, so that arguments can be written as a list of calls with one question at the end.
 */
#ifndef STORE_VALUE_H
#define STORE_VALUE_H

#include "base/bytes.h"

/* Most arguments of a statement, most columns of a row. */
#define VALUES_MAX 80

enum value_type { VALUE_BAD = 0, VALUE_NULL, VALUE_NUMBER, VALUE_BYTES, VALUE_TEXT };

struct value {
	enum value_type type;
	int64_t number;
	struct bytes view;
};

struct values {
	size_t n;
	const struct value *v;
};

/* The arguments of a statement: $1, $2, … in this order. */
#define VALUES(...)                                                                       \
	((struct values){ sizeof((struct value[]){ __VA_ARGS__ }) / sizeof(struct value), \
			  (const struct value[]){ __VA_ARGS__ } })
#define VALUES_NONE ((struct values){ 0, NULL })

/* Keys and contents, which must be present: 16 octets, 32 octets, any number, printable UTF-8. */
struct value value_id(struct bytes b);
struct value value_hash(struct bytes b);
struct value value_bytes(struct bytes b);
struct value value_text(struct bytes b);

/* A number or time; numbers of 64 bits keep their bits and lose their order above INT64_MAX. */
struct value value_number(int64_t number);

/* Where a page begins, and how many rows it may have: 1 to STORE_PAGE_MAX. */
struct value value_after(struct bytes key);
struct value value_limit(size_t limit);

#endif
