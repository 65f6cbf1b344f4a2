/*
 * message: one codec for every message, driven by tables.
 *
 * A message is a C struct of fields; its table says key, type, bounds and whether a field must be there. The
 * same table reads CBOR (device messages, frames between roles) and JSON (admin requests), so a field is
 * described once. On the wire a message is a CBOR map with ascending integer keys. Absent optional fields are
 * left out: an absent view has p == NULL, an absent number is zero and zero is not written for an optional
 * one. Parsing is strict: unknown keys, wrong order, duplicates, wrong types, bounds and leftovers are
 * refused, and whatever is accepted encodes to the same octets.
 *
 * How to define one (see trip.h): a list macro with a row per field, MESSAGE_STRUCT for the struct and
 * MESSAGE_TABLE in one .c file for the table `NAME_message`.
 */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/wr.h"

/*
 * FIXED and FIXEDS are BYTES and LIST whose views have exactly max octets: ids, nonces, hashes. IDS are BYTES
 * that are ids of 16 octets one after the other, for more than a list can have.
 */
enum field_type { FIELD_UINT, FIELD_BYTES, FIELD_FIXED, FIELD_TEXT, FIELD_LIST, FIELD_FIXEDS, FIELD_IDS,
	FIELD_WORDS };
#define FIELD_ID_SIZE 16
enum field_presence { FIELD_OPT, FIELD_REQ };

struct field {
	const char *name; /* the JSON member and the word in error details */
	uint64_t max;     /* largest number; most octets of a view, or the only size of a FIXED one */
	uint16_t offset;
	uint8_t key; /* ascending */
	uint8_t type;
	uint8_t presence;
	uint8_t count; /* most items of a list */
};

struct message {
	const char *name;
	const struct field *fields;
	size_t count;
	size_t size;
};

#define MESSAGE_TYPE_UINT uint64_t
#define MESSAGE_TYPE_BYTES struct bytes
#define MESSAGE_TYPE_FIXED struct bytes
#define MESSAGE_TYPE_TEXT struct bytes
#define MESSAGE_TYPE_LIST struct bytes_list
#define MESSAGE_TYPE_FIXEDS struct bytes_list
#define MESSAGE_TYPE_IDS struct bytes
#define MESSAGE_TYPE_WORDS struct bytes /* a text with commas between; in JSON also a list */

#define MESSAGE_MEMBER(of, key, type, name, presence, max, count) MESSAGE_TYPE_##type name;
#define MESSAGE_STRUCT(of, LIST)           \
	struct of {                        \
		LIST(MESSAGE_MEMBER, of)   \
	};                                 \
	extern const struct message of##_message;

#define MESSAGE_ROW(of, key_, type_, name_, presence_, max_, count_)                                        \
	{                                                                                                   \
		#name_, max_, (uint16_t)offsetof(struct of, name_), key_, FIELD_##type_, FIELD_##presence_, \
		count_                                                                                      \
	},
#define MESSAGE_TABLE(of, LIST)                                                        \
	static const struct field of##_fields[] = { LIST(MESSAGE_ROW, of) };           \
	const struct message of##_message = { #of, of##_fields, COUNT_OF(of##_fields), \
					      sizeof(struct of) };

/* Whether a view of n octets is within the bounds of the field. */
bool is_message_size(const struct field *f, size_t n);

/*
 * Reads the whole of in as message m into ret, a struct of m->size octets whose views then borrow from in.
 * PARSE_ENVELOPE for anything but the strict form, PARSE_FIELD for a value outside its bounds; ret is then
 * unchanged.
 */
MUST fault message_parse(const struct message *m, struct bytes in, void *ret);

/* Whether message_parse would read in; the same faults. */
MUST fault message_check(const struct message *m, struct bytes in);

/*
 * Appends the message at from. The cursor is marked when a field is outside its bounds or a required view is
 * absent.
 */
void message_write(const struct message *m, const void *from, struct wr *w);

/*
 * The message at from as octets in the arena, of which it takes `room` at most. SYS_MEMORY when the arena has
 * not so many; BUG when the message needs more or could not be written.
 */
MUST fault message_build(const struct message *m, const void *from, size_t room, struct arena *arena,
			 struct bytes *ret);

#endif
