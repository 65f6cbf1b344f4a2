/*
 * base64: base64 (RFC 4648 §4, §5) to octets and back, in the one form that an encoder would have written.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/bytes.h"
#include "base/wr.h"

/*
 * Appends the octets that text stands for. Returns false, appending nothing, when text is not whole groups of
 * four characters of the alphabet with `=` only where the last group is short, when its unused bits are not
 * zero (RFC 4648 §3.5), or when w has no room. White space is not skipped.
 */
MUST bool base64_parse(struct bytes text, struct wr *w);

/* The same with the alphabet for URLs (RFC 4648 §5), where the padding may be left out. */
MUST bool base64_parse_url(struct bytes text, struct wr *w);

/* Appends the text that stands for octets, with padding. */
void base64_write(struct bytes octets, struct wr *w);

/* The same with the alphabet for URLs. */
void base64_write_url(struct bytes octets, struct wr *w);

/* The same without padding, as in JSON Web Signatures (RFC 7515 §2). */
void base64_write_bare(struct bytes octets, struct wr *w);

#endif
