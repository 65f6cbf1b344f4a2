/*
 * member: how an object that people see is made of a record, by a table of its members. Internal to api/.
 */
#ifndef API_MEMBER_H
#define API_MEMBER_H

#include <jansson.h>

#include "base/fault.h"

/* One member of an object: how it is made of what stands at `offset` of the record. */
struct member {
	const char *name;
	json_t *(*value)(const void *at);
	size_t offset;
};

#define MEMBER(name, value, of, field) { name, value, offsetof(struct of, field) }
#define MEMBER_OBJECT(members, record) member_object(members, COUNT_OF(members), record)

/* The object of a record with those members; NULL when there is no memory. */
json_t *member_object(const struct member *members, size_t count, const void *record);

/* Of octets (struct bytes), null for what is absent; text_or_null says null for what is empty too. */
json_t *member_text(const void *at);
json_t *member_text_or_null(const void *at);
json_t *member_uuid(const void *at);
json_t *member_hex(const void *at); /* at most 64 */

/* Of octets that are JSON, what they say; null for what is absent, or none. */
json_t *member_json(const void *at);

/* Of a time (int64_t), null for 0; of a number (uint64_t), and of one that is 0 for no; of anything. */
json_t *member_moment(const void *at);
json_t *member_number(const void *at);
json_t *member_truth(const void *at);
json_t *member_nothing(const void *at);

/* Of a fault's code (struct bytes): the row, or NULL, and what the table says of it. */
fault member_fault(const void *at);
json_t *member_what(const void *at);
json_t *member_remedy(const void *at);
json_t *member_hresult(const void *at);
json_t *member_status(const void *at); /* Intune's status detail (base/detail.def) */

/* A number of an enum, as the word that the enum's own module has for it. */
#define MEMBER_WORD(name, type, function)                                         \
	static json_t *name(const void *at)                                       \
	{                                                                         \
		return json_string(function((type)(*(const uint64_t *)at)));      \
	}

#endif
