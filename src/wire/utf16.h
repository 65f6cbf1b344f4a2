/*
 * utf16: texts as Windows writes them: UTF-16, little-endian, behind its mark (RFC 2781).
 */
#ifndef WIRE_UTF16_H
#define WIRE_UTF16_H

#include "base/arena.h"
#include "base/fault.h"

/* True when the octets begin with that mark. */
bool is_utf16(struct bytes text);

/*
 * The same in UTF-8, in the arena, without the mark. PARSE_LEN for half a unit at the end, PARSE_RANGE for a
 * surrogate without its other half and for text without the mark, SYS_MEMORY.
 */
MUST fault utf16_parse(struct bytes text, struct arena *arena, struct bytes *ret);

#endif
