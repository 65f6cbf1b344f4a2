/*
 * text: what people and other programs read: hexadecimal, UUIDs, printable UTF-8.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/bytes.h"

#define TEXT_UUID_SIZE 37 /* 36 characters and NUL */
#define TEXT_HEX_SIZE(n) (2 * (n) + 1)

/*
 * True when b is UTF-8 (RFC 3629) without control characters (C0, DEL, C1) and without bidirectional
 * controls, so that it can be shown, logged and exported as it is.
 */
MUST bool is_text_printable(struct bytes b);

/* b without the spaces and tabs at its ends. */
struct bytes text_trimmed(struct bytes b);

/* Lower-case hexadecimal of b into out, which holds TEXT_HEX_SIZE(b.n) characters. Returns out. */
char *text_hex(struct bytes b, char *out);

/* Reads exactly n octets of hexadecimal, either case, from text to out. Writes nothing if it is not that. */
MUST bool text_hex_parse(struct bytes text, uint8_t *out, size_t n);

/* 16 octets as 8-4-4-4-12 (RFC 9562 section 4). Returns out. */
char *text_uuid(const uint8_t id[static 16], char out[static TEXT_UUID_SIZE]);

/* The reverse of text_uuid, either case. */
MUST bool text_uuid_parse(struct bytes text, uint8_t out[static 16]);

/* A decimal number of at most max, without sign, space or leading zero. */
MUST bool text_uint_parse(struct bytes text, uint64_t max, uint64_t *ret);

/*
 * The words of an enumeration, by number: the word of one, "unknown" where there is none; and the reverse, of
 * those from 1 on, or 0.
 */
const char *text_word(const char *const *words, size_t count, size_t number);
size_t text_word_find(const char *const *words, size_t count, struct bytes word);

/* Seconds since 1970 UTC as YYYY-MM-DDThh:mm:ssZ (RFC 3339). Returns out. */
#define TEXT_TIME_SIZE 32
char *text_time(int64_t seconds, char out[static TEXT_TIME_SIZE]);

/* How a clock stands to another's: "-1500 s from the server's" is behind it. Returns out. */
#define TEXT_SKEW_SIZE 48
char *text_skew(int64_t ours, int64_t theirs, char out[static TEXT_SKEW_SIZE]);
/* The reverse, of years 0 to 9999; no other form of RFC 3339 is read. */
MUST bool text_time_parse(struct bytes text, int64_t *ret);

#endif
