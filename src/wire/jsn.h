/*
 * jsn: an administrator's JSON body as a typed message.
 *
 * The message's own table is the schema (wire/message.h). Member names are the field names in camelCase
 * (ek_hash ↔ ekHash); numbers are unsigned integers, text is printable, octets are hexadecimal text, lists
 * are arrays of hexadecimal text. Duplicate and unknown members are refused. A zero, empty list or left-out
 * member are the same for an optional field; null is none of them.
 *
 * Jansson's hash seed is randomness, which this folder does not draw: a program calls json_object_seed at its
 * start. The document itself lives on jansson's heap for the length of the call; callers bound the body.
 */
#ifndef WIRE_JSN_H
#define WIRE_JSN_H

#include "base/arena.h"
#include "wire/message.h"

/*
 * Reads body as m into ret; views live in the arena. On PARSE_ENVELOPE (not JSON, not an object, duplicates)
 * or PARSE_FIELD *ret_detail is a sentence that names place or member, as long as the arena; it may be NULL.
 * SYS_MEMORY when the arena is full. ret is written on success only.
 */
MUST fault jsn_parse(const struct message *m, struct bytes body, struct arena *arena, void *ret,
		     const char **ret_detail);

#endif
