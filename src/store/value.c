#include "store/value.h"

#include "base/text.h"
#include "store/record.h"
#include "store/store.h"

static struct value value_view(enum value_type type, struct bytes b, bool fits)
{
	return (struct value){ .type = b.p && fits ? type : VALUE_BAD, .view = b };
}

struct value value_id(struct bytes b)
{
	return value_view(VALUE_BYTES, b, b.n == RECORD_ID_SIZE);
}

struct value value_hash(struct bytes b)
{
	return value_view(VALUE_BYTES, b, b.n == RECORD_HASH_SIZE);
}

struct value value_bytes(struct bytes b)
{
	return value_view(VALUE_BYTES, b, true);
}

struct value value_text(struct bytes b)
{
	return value_view(VALUE_TEXT, b, is_text_printable(b));
}

struct value value_number(int64_t number)
{
	return (struct value){ .type = VALUE_NUMBER, .number = number };
}

struct value value_after(struct bytes key)
{
	/* Every key is greater than no octets at all. */
	return value_bytes(key.p ? key : BYTES_TEXT(""));
}

struct value value_limit(size_t limit)
{
	if (limit < 1 || limit > STORE_PAGE_MAX)
		return (struct value){ .type = VALUE_BAD };
	return value_number((int64_t)limit);
}
