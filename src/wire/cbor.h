/*
 * cbor: the strict subset of RFC 8949 that messages use.
 *
 * Definite lengths, shortest heads (RFC 8949 §4.2.1), unsigned integers, byte strings, text strings, arrays
 * and maps. No tags, floats, negative numbers, indefinite lengths. Reads are sticky on the cursor; text
 * must be printable UTF-8. What is written is canonical, so encode(parse(x)) == x.
 */
#ifndef WIRE_CBOR_H
#define WIRE_CBOR_H

#include "base/rd.h"
#include "base/wr.h"

/* Reads: zero or the empty view, and the cursor marked, when the next item is something else. */
uint64_t cbor_uint(struct rd *r);
struct bytes cbor_bytes(struct rd *r);
struct bytes cbor_text(struct rd *r);

/* An integer of either sign; of attestation objects alone, messages have no negative ones. */
int64_t cbor_int(struct rd *r);

/* The number of items of an array, or of pairs of a map; never more than octets are left. */
size_t cbor_array(struct rd *r);
size_t cbor_map(struct rd *r);

void cbor_put_uint(struct wr *w, uint64_t v);
void cbor_put_bytes(struct wr *w, struct bytes b);
void cbor_put_text(struct wr *w, struct bytes b);
void cbor_put_array(struct wr *w, size_t n);
void cbor_put_map(struct wr *w, size_t n);

#endif
