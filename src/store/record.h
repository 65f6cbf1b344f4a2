/*
 * record: what a row of a table looks like in C, as a table.
 *
 * A record is a struct of views and numbers; its table of fields names column, place and form. The same table
 * binds a row to a statement and reads one from it, so a column is described once. Names are the columns'
 * names and their order is the order of every statement that takes or gives the record (store/stmt.def); the
 * store compares both when it opens.
 *
 * How to define one (see store_profile.h): a list macro with a row per field, RECORD_STRUCT for struct and
 * list, RECORD_TABLE in one .c file for the table `NAME_record`.
 *
 * Forms: ID is 16 octets, HASH 32, BYTES any number, TEXT printable UTF-8, UINT a uint64_t, TIME an int64_t
 * of seconds UTC where 0 means "never". A view that is OPT may be absent (p == NULL), one that is REQ may
 * not; what is too much or missing is refused when it is written and when it is read.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "base/arena.h"
#include "base/fault.h"

#define RECORD_ID_SIZE 16
#define RECORD_HASH_SIZE 32

enum record_type { RECORD_ID, RECORD_HASH, RECORD_BYTES, RECORD_TEXT, RECORD_UINT, RECORD_TIME };
enum record_presence { RECORD_REQ, RECORD_OPT };

struct record_field {
	const char *name;
	uint16_t offset;
	uint8_t type;
	uint8_t presence;
};

struct record {
	const char *name;
	const struct record_field *fields;
	size_t count;
	size_t size;
};

#define RECORD_TYPE_ID struct bytes
#define RECORD_TYPE_HASH struct bytes
#define RECORD_TYPE_BYTES struct bytes
#define RECORD_TYPE_TEXT struct bytes
#define RECORD_TYPE_UINT uint64_t
#define RECORD_TYPE_TIME int64_t

#define RECORD_MEMBER(of, type, name, presence) RECORD_TYPE_##type name;
#define RECORD_STRUCT(of, LIST)         \
	struct of {                     \
		LIST(RECORD_MEMBER, of) \
	};                              \
	struct of##_list {              \
		size_t n;               \
		struct of *v;           \
	};                              \
	extern const struct record of##_record;

#define RECORD_ROW(of, type_, name_, presence_) \
	{ #name_, (uint16_t)offsetof(struct of, name_), RECORD_##type_, RECORD_##presence_ },
#define RECORD_TABLE(of, LIST)                                                     \
	static const struct record_field of##_fields[] = { LIST(RECORD_ROW, of) }; \
	const struct record of##_record = { #of, of##_fields, COUNT_OF(of##_fields), sizeof(struct of) };

#endif
