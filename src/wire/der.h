/*
 * der: distinguished encoding rules (X.690), read over views and written into a bounded cursor.
 *
 * Reading is strict: definite, shortest lengths, one-octet tags. What real certificates get wrong is the
 * concern of whoever reads them (attest/ekcert.h), never of this module. All calls are sticky on the cursor.
 */
#ifndef WIRE_DER_H
#define WIRE_DER_H

#include "base/rd.h"
#include "base/wr.h"

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0A,
	DER_UTF8 = 0x0C,
	DER_PRINTABLE = 0x13,
	DER_IA5 = 0x16,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};

/* Context-specific tags [n]. */
#define DER_CONTEXT(n) (0x80 | (n))
#define DER_CONTEXT_CONSTRUCTED(n) (0xA0 | (n))

struct der {
	uint8_t tag;
	struct bytes body;  /* the content octets */
	struct bytes whole; /* tag, length and content */
};

/* The next value, whatever its tag (X.690 §8.1, §10.1). */
struct der der_any(struct rd *r);

/* The content of the next value, which must have that tag. */
struct bytes der_get(struct rd *r, uint8_t tag);

/* A cursor over the content of the next value, which must have that tag; bad from the start if it has not. */
struct rd der_enter(struct rd *r, uint8_t tag);

/* True when the next value has that tag; reads nothing. */
bool is_der_next(const struct rd *r, uint8_t tag);

/* The magnitude of a non-negative INTEGER without leading zeros (zero is one zero octet); X.690 §8.3. */
struct bytes der_magnitude(struct rd *r);

/* A BOOLEAN: 0x00 or 0xFF (X.690 §11.1). */
bool der_bool(struct rd *r);

/*
 * UTCTime or GeneralizedTime with seconds and Z (RFC 5280 §4.1.2.5), as seconds since 1970. Either form is
 * read for any year it can hold: which one a certificate should have used is not a question of encoding.
 */
int64_t der_time(struct rd *r);

/* One value with that tag and content. */
void der_put(struct wr *w, uint8_t tag, struct bytes content);

/* A value whose content is written between open and close; closing moves it when its length is a long one. */
size_t der_open(struct wr *w, uint8_t tag);
void der_close(struct wr *w, size_t place);

/* A non-negative INTEGER from a big-endian magnitude, leading zeros allowed. */
void der_put_magnitude(struct wr *w, struct bytes magnitude);
void der_put_small(struct wr *w, uint64_t v);
void der_put_bool(struct wr *w, bool v);

/*
 * Seconds since 1970 as UTCTime from 1950 to 2049, GeneralizedTime otherwise (RFC 5280 §4.1.2.5). The cursor
 * is marked when the year has no four digits.
 */
void der_put_time(struct wr *w, int64_t seconds);

/* The same as GeneralizedTime whatever the year (RFC 6960 §4.2.2.1). */
void der_put_long_time(struct wr *w, int64_t seconds);

/* A BIT STRING of whole octets. */
void der_put_bits(struct wr *w, struct bytes octets);

#endif
