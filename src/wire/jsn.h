/*
 * jsn: a typed message as JSON: read from an administrator's body, and written.
 *
 * The message's own table is the schema (wire/message.h). Member names are the field names in camelCase
 * (ek_hash ↔ ekHash); numbers are unsigned integers, text is printable, octets are hexadecimal text, lists
 * are arrays of hexadecimal text, ids one of UUIDs. Duplicate and unknown members are refused. A zero, empty
 * list or left-out member are the same for an optional field; null is none of them.
 *
 * Jansson's hash seed is randomness, which this folder does not draw: a program calls json_object_seed at its
 * start. The document itself lives on jansson's heap for the length of the call; callers bound the body.
 */
#ifndef WIRE_JSN_H
#define WIRE_JSN_H

#include "base/arena.h"
#include "wire/message.h"

/* What a field's member is called: ek_hash is ekHash. */
#define JSN_NAME_SIZE 64
void jsn_write_name(const struct field *f, char out[static JSN_NAME_SIZE]);

/*
 * Reads body as m into ret; views live in the arena. On PARSE_ENVELOPE (not JSON, not an object, duplicates)
 * or PARSE_FIELD *ret_detail is a sentence that names place or member, as long as the arena; it may be NULL.
 * SYS_MEMORY when the arena is full. ret is written on success only.
 */
MUST fault jsn_parse(const struct message *m, struct bytes body, struct arena *arena, void *ret,
		     const char **ret_detail);

/*
 * Appends the message at from as one object without blanks: members in the order of their table, octets in
 * lower-case hexadecimal, optional ones left out when absent or zero. So a message has one text, and
 * jsn_parse reads it back. The cursor is marked when a required view is absent. No lists.
 */
void jsn_write(const struct message *m, const void *from, struct wr *w);

/* One item of a list: m->size octets in the arena; NULL when it is refused, why and detail are as above. */
struct jsn_item {
	void *value;
	fault why;
	const char *detail;
};

struct jsn_list {
	const char *member;         /* the array's name in the body; NULL: the body is the only item */
	const char *const *ignored; /* members of items that are passed over; ends in NULL */
	size_t max;                 /* most items */
	size_t n;                   /* set by jsn_parse_list, like what follows */
	struct jsn_item *v;
	const char *detail;
};

/*
 * Reads a body whose one member is an array of objects, each as m. An item that is none stops nothing. The
 * faults of jsn_parse, about the body, with list->detail; BODY_LIMIT for too many items.
 */
MUST fault jsn_parse_list(const struct message *m, struct bytes body, struct arena *arena,
			  struct jsn_list *list);

#endif
